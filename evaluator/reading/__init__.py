"""Text → model: packs, profiles, tables and rule tests, with everything that is wrong with them."""
