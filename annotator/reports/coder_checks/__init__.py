"""Coders compared with gold, with their own second coding, and with what everybody missed."""
