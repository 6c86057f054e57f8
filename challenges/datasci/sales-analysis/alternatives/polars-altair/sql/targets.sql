-- region, eur, reached: the revenue of each region as a share of its target.
-- A left join keeps regions without orders. An order without a price has a revenue of NULL, which
-- TOTAL leaves out; of nothing at all it makes 0.0.
SELECT
    targets.region,
    targets.eur,
    TOTAL(
        orders.quantity_kg * orders.price_per_kg * (1 - COALESCE(orders.discount_pct, 0) / 100.0)
    ) / targets.eur AS reached
FROM targets
LEFT JOIN orders ON orders.region = targets.region
GROUP BY targets.region, targets.eur
ORDER BY targets.region;
