/** The style of the page, in light and dark mode, on screen and on paper. */
export const STYLES = `:root {
    color-scheme: light dark;
    --text: light-dark(#1d2430, #e4e8ee);
    --soft: light-dark(#5a6472, #9aa5b4);
    --page: light-dark(#fbfcfd, #14181e);
    --line: light-dark(#d9dfe6, #313a46);
    --good: light-dark(#116329, #56d364);
    --bad: light-dark(#a40e26, #ff8a80);
    --unsure: light-dark(#7a4d00, #e3b341);
}
body {
    margin: 0;
    background: var(--page);
    color: var(--text);
    font: 15px/1.5 system-ui, sans-serif;
}
main {
    max-width: 70rem;
    margin: 0 auto;
    padding: 2rem 1.5rem;
}
h1,
h2 {
    line-height: 1.25;
}
h2 {
    margin-top: 2.5rem;
    font-size: 1.2rem;
}
code {
    font: 0.87em ui-monospace, monospace;
    overflow-wrap: anywhere;
}
table {
    width: 100%;
    border-collapse: collapse;
}
th,
td {
    padding: 0.5rem 0.75rem 0.5rem 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
    font-weight: normal;
}
thead th {
    color: var(--soft);
    font-size: 0.85rem;
}
tbody th {
    width: 30%;
}
ul {
    margin: 0;
    padding: 0;
    list-style: none;
}
main > ul li {
    margin-top: 0.5rem;
}
.id {
    font-weight: 600;
    white-space: nowrap;
}
.state,
.good,
.bad,
.rule {
    font-size: 0.87rem;
    font-weight: 600;
    white-space: nowrap;
}
.place,
.meaning,
.source,
.rule,
footer {
    color: var(--soft);
    font-size: 0.87rem;
}
.good,
.proved .state,
.proved dt {
    color: var(--good);
}
.bad,
.open .state,
.open dt {
    color: var(--bad);
}
.unproved .state,
.unproved dt {
    color: var(--unsure);
}
.unserved .state,
.unserved dt {
    color: var(--soft);
}
.counts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
    gap: 1rem;
}
.counts div {
    padding: 0.75rem 1rem;
    border: 1px solid var(--line);
    border-radius: 0.5rem;
}
dt {
    font-weight: 600;
}
dd {
    margin: 0;
    font-size: 1.5rem;
}
dd.meaning {
    font-size: 0.87rem;
}
footer {
    margin-top: 3rem;
}
@media print {
    main {
        max-width: none;
        padding: 0;
    }
    tr {
        break-inside: avoid;
    }
}
`;
