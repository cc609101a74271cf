"""The published commission cases, run through the plan language that users write."""
