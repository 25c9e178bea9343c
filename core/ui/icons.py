"""The drawings: line icons on a 16 grid, state marks on a 20 grid. Shapes only, the colour is the text's."""

# ruff: noqa: E501 - a drawing is one line

LINES: dict[str, str] = {
    "arrow": '<path d="M3 8h10M9 4l4 4-4 4"/>',
    "back": '<path d="M13 8H3M7 4 3 8l4 4"/>',
    "bell": '<path d="M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.5 14.5h3"/>',
    "building": '<path d="M3 14V3h7v11M10 7h3v7M1.5 14h13M5.5 6h2M5.5 9h2"/>',
    "calendar": '<rect x="2" y="3" width="12" height="11" rx="1.5"/><path d="M2 6.5h12M5 1.5v3M11 1.5v3"/>',
    "check": '<path d="m3 8.5 3.5 3.5L13 4.5"/>',
    "chevron": '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
    "clock": '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.5V8l2.5 1.7"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "copy": '<rect x="5.5" y="5.5" width="8" height="8.5" rx="1.5"/><path d="M3 10.5v-8h7.5"/>',
    "download": '<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11"/>',
    "edit": '<path d="m2.5 13.5.800-3.2L10.8 2.8l2.4 2.4-7.5 7.5zM9 4.6 11.4 7"/>',
    "eye": '<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
    "file": '<path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3"/>',
    "filter": '<path d="M2 4h12M4.5 8h7M6.5 12h3"/>',
    "flag": '<path d="M3.5 14.5v-13h9l-2 3 2 3h-9"/>',
    "home": '<path d="m2 8 6-5.5L14 8M4 7v6.5h8V7"/>',
    "key": '<circle cx="5" cy="11" r="3"/><path d="m7.2 8.8 6-6M11 5l2 2"/>',
    "link": '<path d="M6.5 9.5a2.8 2.8 0 0 0 4 0l2.5-2.5a2.8 2.8 0 0 0-4-4l-1 1M9.5 6.5a2.8 2.8 0 0 0-4 0L3 9a2.8 2.8 0 0 0 4 4l1-1"/>',
    "lock": '<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>',
    "mail": '<rect x="1.5" y="3" width="13" height="10" rx="1.5"/><path d="m2 4.5 6 4.5 6-4.5"/>',
    "message": '<path d="M2 3h12v8H7l-3 3v-3H2z"/>',
    "minus": '<path d="M3 8h10"/>',
    "offline": '<path d="M1.5 6a10 10 0 0 1 13 0M4 9a6 6 0 0 1 8 0M8 12.5h.01M2 2l12 12"/>',
    "phone": '<path d="M3 2h3l1.5 3.5L5.7 7a9 9 0 0 0 3.3 3.3l1.5-1.8L14 10v3c0 .6-.4 1-1 1A11 11 0 0 1 2 3c0-.6.400-1 1-1z"/>',
    "pin": '<path d="M8 15s5-4.6 5-8.5a5 5 0 0 0-10 0C3 10.4 8 15 8 15z"/><circle cx="8" cy="6.5" r="1.6"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "print": '<path d="M4.5 6V2h7v4M4.5 11.5H2V6h12v5.5h-2.5M4.5 9.5h7V14h-7z"/>',
    "redo": '<path d="M13 3v4H9M12.5 7a5.2 5.2 0 1 0 .5 3"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 4 4"/>',
    "signout": '<path d="M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3"/>',
    "swap": '<path d="M3 5.5h10M10.5 3 13 5.5 10.5 8M13 11H3M5.5 8.5 3 11l2.5 2.5"/>',
    "upload": '<path d="M8 11V3M4.5 6.5 8 3l3.5 3.5M2.5 13.5h11"/>',
    "user": '<circle cx="8" cy="5" r="3"/><path d="M2.5 14.5a5.5 5.5 0 0 1 11 0"/>',
    "users": '<circle cx="6" cy="5.5" r="2.5"/><path d="M1.5 14a4.5 4.5 0 0 1 9 0M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 9.8a4.5 4.5 0 0 1 2.5 4.2"/>',
}

_STROKE = 'class="in-mark" stroke="#fff" stroke-width="2.2" stroke-linecap="round"'

MARKS: dict[str, str] = {
    "ok": '<circle cx="10" cy="10" r="9" fill="currentColor"/>'
    f'<path d="m6 10.3 2.7 2.7L14.2 7.4" fill="none" {_STROKE} stroke-linejoin="round"/>',
    "doute": '<path d="M10 .6 19.4 10 10 19.4.600 10z" fill="currentColor"/>'
    f'<path d="M10 5.3v5.6M10 14v.2" {_STROKE}/>',
    "non": '<rect x="1.5" y="1.5" width="17" height="17" rx="2" fill="currentColor"/>'
    f'<path d="m6.5 6.5 7 7m0-7-7 7" {_STROKE}/>',
    "info": '<circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M10 9.2v5M10 5.9v.2" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>',
}
