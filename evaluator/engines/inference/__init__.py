"""The inference engine: rules chained forward by durable_rules, on the one path through that library that is exact."""
