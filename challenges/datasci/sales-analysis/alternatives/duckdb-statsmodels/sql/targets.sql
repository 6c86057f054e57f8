-- region, eur, reached: the revenue of each region as a share of its target.
-- The condition on the price stands in ON: in WHERE it would drop regions without orders.
SELECT
    targets.region,
    targets.eur,
    COALESCE(
        SUM(orders.quantity_kg * orders.price_per_kg * (1 - orders.discount_pct / 100.0)), 0.0
    ) / targets.eur AS reached
FROM targets
LEFT JOIN orders ON orders.region = targets.region AND orders.price_per_kg IS NOT NULL
GROUP BY targets.region, targets.eur
ORDER BY targets.region;
