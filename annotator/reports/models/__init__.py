"""A model beside human coders."""
