"""The budgets of Marquee and what they measure at: `python -m benchmarks`; see docs/benchmarks.md."""
