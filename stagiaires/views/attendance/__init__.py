"""Screens of attendance: the organisme's, the trainer's, the trainee's, the Région's."""
