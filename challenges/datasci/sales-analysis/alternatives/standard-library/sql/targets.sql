-- region, eur, reached: the revenue of each region as a share of its target.
-- An order whose price is NULL has a revenue of NULL, which SUM leaves out; a region without any
-- order is kept by the left join.
SELECT
    targets.region,
    targets.eur,
    COALESCE(
        SUM(orders.quantity_kg * orders.price_per_kg * (1 - orders.discount_pct / 100.0)), 0.0
    ) / targets.eur AS reached
FROM targets
LEFT JOIN orders ON orders.region = targets.region
GROUP BY targets.region, targets.eur
ORDER BY targets.region;
