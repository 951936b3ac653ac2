"""The pure core: every judgement as plain Python over arrays and data frames."""
