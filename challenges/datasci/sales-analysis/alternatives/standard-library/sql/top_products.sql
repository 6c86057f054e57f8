-- region, rank, product, kg: the three products of each region that sold most kilograms.
-- Equal weights are ranked by name: three rows a region, always the same. Sums are rounded to a
-- milligram, so that the last bits of floating-point numbers decide no tie.
WITH sold AS (
    SELECT region, product, ROUND(SUM(quantity_kg), 6) AS kg
    FROM orders
    GROUP BY region, product
),
ranked AS (
    SELECT
        region,
        ROW_NUMBER() OVER (PARTITION BY region ORDER BY kg DESC, product) AS rank,
        product,
        kg
    FROM sold
)
SELECT region, rank, product, kg
FROM ranked
WHERE rank <= 3
ORDER BY region, rank;
