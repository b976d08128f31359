-- The making of the table of public accounts, written once for every engine: plain SQL (CASE, SUM, substr,
-- BIGINT cents), no function that one engine alone has. `balances` has one row for each row of a file, amounts in
-- cents, accounts trimmed; `wanted` the beginnings of the IT accounts. What an account is worth, certain, mixed or
-- nothing, is decided afterwards, by the same code as without an engine.

-- name: budgets
-- One row a body, year and budget: what is needed to know that it is whole, and a few sums.
SELECT exer, siren, cbudg, ident, MIN(lbudg) AS lbudg, MIN(nomen) AS nomen, MIN(categ) AS categ, MIN(ctype) AS ctype,
       MIN(ndept) AS ndept, MIN(cregi) AS cregi, COUNT(*) AS kept,
       SUM(bedeb - becre + obnetdeb - obnetcre + onbdeb - onbcre) AS moved, SUM(sd - sc) AS closed,
       SUM(CASE WHEN substr(compte, 1, 1) = '6' AND substr(compte, 1, 2) <> '68'
                 AND substr(compte, 1, 3) NOT IN ('675', '676')
                THEN (obnetdeb - oobdeb) - (obnetcre - oobcre) ELSE 0 END) AS operating,
       SUM(CASE WHEN substr(compte, 1, 3) IN ('237', '238') THEN (obnetdeb - oobdeb) - (obnetcre - oobcre)
                WHEN substr(compte, 1, 3) <> '204' AND substr(compte, 1, 2) IN ('20', '21', '23')
                THEN obnetdeb - oobdeb ELSE 0 END) AS equipment,
       SUM(CASE WHEN compte = '62876' THEN (obnetdeb - oobdeb) - (obnetcre - oobcre) ELSE 0 END) AS paid,
       SUM(CASE WHEN compte = '70876' THEN obnetcre - oobcre ELSE 0 END) AS received
FROM balances
GROUP BY exer, siren, cbudg, ident
ORDER BY exer, siren, cbudg, ident;

-- name: lines
-- One row a budget and an account that may be IT, functions together.
SELECT b.exer AS exer, b.siren AS siren, b.cbudg AS cbudg, b.ident AS ident, b.compte AS compte,
       SUM(b.obnetdeb) AS debit, SUM(b.obnetcre) AS credit, SUM(b.oobdeb) AS order_debit,
       SUM(b.oobcre) AS order_credit
FROM balances AS b
JOIN wanted AS w ON substr(b.compte, 1, 3) = w.start
GROUP BY b.exer, b.siren, b.cbudg, b.ident, b.compte
ORDER BY b.exer, b.siren, b.cbudg, b.ident, b.compte;
