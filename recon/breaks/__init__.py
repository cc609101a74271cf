"""Breaks: kinds, ageing, lifecycle from night to night."""
