-- region, rank, product, kg: the three products of each region that sold most kilograms.
-- Rounded to milligrams before ranking, so that equal weights are equal whatever the order of the
-- sum; of those the name decides, and there are never more than three.
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
