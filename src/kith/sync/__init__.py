"""The shell around decide: pull, plan, apply, record."""
