"""Pages of what is exchanged with AGORA, the ASP, France Travail, Kairos and Ouiform."""
