/** The style of a page: light and dark, on paper, and narrow. The page loads nothing else. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b2230;--soft:#566074;--line:#dde2ea;--accent:#3b4fc4;
--good:#14734a;--good-soft:#e3f4ec;--bad:#b3261e;--bad-soft:#fdeceb;--unsure:#8a5300;--unsure-soft:#fdf1dc;--info:#2b5f9e;--info-soft:#e6f0fb;--code:#f1f3f7;--mark:#fff0b8}
@media (prefers-color-scheme:dark){:root{--page:#12151c;--card:#1a1f29;--ink:#e7eaf1;--soft:#a3adbf;--line:#2e3644;--accent:#9aa8ff;
--good:#6fd6a5;--good-soft:#15352a;--bad:#ff9d94;--bad-soft:#42201f;--unsure:#f2c06b;--unsure-soft:#3b2c12;--info:#93c2f7;--info-soft:#1a2f47;--code:#222836;--mark:#574a17}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:1080px;margin:0 auto;padding:0 24px}
a{color:var(--accent)}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
h1{font-size:1.75rem;line-height:1.2;margin:0;letter-spacing:-.015em}
h2{font-size:1.2rem;margin:0;overflow-wrap:anywhere}
h3{font-size:1.05rem;margin:0;overflow-wrap:anywhere}
p{margin:.5em 0}
.top{padding-top:40px;padding-bottom:8px}
.top .name{color:var(--soft);font-weight:600;margin:0 0 6px;font-size:.85rem;letter-spacing:.06em;text-transform:uppercase}
.banner{border-left:6px solid var(--tone);padding-left:18px}
.figures{display:flex;flex-wrap:wrap;gap:10px;margin:22px 0 0;padding:0;list-style:none}
.figures li{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:10px 16px;min-width:92px}
.figures b{display:block;font-size:1.5rem;line-height:1.15;color:var(--tone,var(--ink));font-variant-numeric:tabular-nums}
.figures span{color:var(--soft);font-size:.85rem}
.good{--tone:var(--good);--tint:var(--good-soft)}.bad{--tone:var(--bad);--tint:var(--bad-soft)}
.unsure,.warn,.partial{--tone:var(--unsure);--tint:var(--unsure-soft)}.info{--tone:var(--info);--tint:var(--info-soft)}
fieldset{border:0;padding:0;margin:24px 0 0;display:flex;flex-wrap:wrap;gap:4px 8px}
legend{float:left;margin-right:6px;color:var(--soft);padding:6px 0}
fieldset label{border:1px solid var(--line);border-radius:999px;padding:5px 14px;background:var(--card);cursor:pointer}
fieldset label:has(:checked){border-color:var(--accent);color:var(--accent);font-weight:600}
fieldset label:has(:focus-visible){outline:2px solid var(--accent);outline-offset:2px}
fieldset input{position:absolute;opacity:0;pointer-events:none}
body:has(#show-wrong:checked) .good:not(.banner):not(.figure):not(.file):not(.chip){display:none}
body:has(#show-claims:checked) :is(.scenario,.finding,.message){display:none}
body:has(#show-scenarios:checked) :is(.claim,.finding,.message){display:none}
body:has(#show-findings:checked) :is(.claim,.scenario){display:none}
.file{background:var(--card);border:1px solid var(--line);border-radius:16px;margin:24px 0;padding:22px 24px 8px}
.file>.head{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 14px}
.file>.head p{margin:0;color:var(--soft)}
.verdicts{width:100%;border-collapse:collapse;margin:14px 0 20px}
.verdicts th,.verdicts td{text-align:left;padding:7px 12px 7px 0;border-top:1px solid var(--line);vertical-align:top;font-weight:400}
.verdicts thead th{border:0;color:var(--soft);font-size:.82rem;font-weight:600;padding-bottom:3px}
.verdicts td:last-child{color:var(--soft);text-align:right;padding-right:0;white-space:nowrap;font-variant-numeric:tabular-nums}
.verdicts .across{display:block;color:var(--soft);font-size:.9rem}
.chip{display:inline-block;border-radius:999px;padding:1px 11px;font-size:.82rem;font-weight:600;white-space:nowrap;color:var(--tone);background:var(--tint);border:1px solid color-mix(in srgb,var(--tone) 30%,transparent)}
.chip.allowed{--tone:var(--good);--tint:var(--good-soft)}.chip.denied{--tone:var(--bad);--tint:var(--bad-soft)}
.chip.held{--tone:var(--unsure);--tint:var(--unsure-soft)}.chip.outside{--tone:var(--info);--tint:var(--info-soft)}
.item{border-top:1px solid var(--line);padding:20px 0 16px;scroll-margin-top:12px}
.item>.head{display:flex;flex-wrap:wrap;align-items:center;gap:6px 12px}
.item .says{color:var(--soft);overflow-wrap:anywhere}
.item .told{font-size:1.02rem}
.notes{padding-left:20px;margin:.5em 0}
.drawing{overflow-x:auto;margin:16px 0;border:1px solid var(--line);border-radius:12px;background:var(--page);padding:6px}
.drawing:focus-visible,pre:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
svg{display:block;margin:0 auto}
svg text{fill:var(--ink);text-anchor:middle;font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.lifeline rect{fill:var(--card);stroke:var(--soft);stroke-width:1.2}
.lifeline>text{font-weight:600;font-size:13px}
.lifeline>line{stroke:var(--line);stroke-width:1.5;stroke-dasharray:3 5}
.lifeline.human>rect{stroke:var(--unsure);stroke-width:1.8}.lifeline.agent>rect{stroke:var(--accent);stroke-width:1.8}
.icon rect,.icon circle,.icon path{fill:none;stroke:var(--soft);stroke-width:1.4}
.band{fill:transparent}
.row.judged .band{fill:var(--bad-soft);stroke:var(--bad);stroke-opacity:.35}
circle.number{fill:var(--card);stroke:var(--soft);stroke-width:1.2}
.row.cause circle.number{fill:var(--unsure-soft);stroke:var(--unsure);stroke-width:2}
.row.judged circle.number{fill:var(--bad);stroke:var(--bad)}
svg text.number{font-size:11.5px;font-weight:600}
.row.judged text.number{fill:var(--card)}
.arrow{--line:var(--soft)}.allowed .arrow{--line:var(--good)}.denied .arrow{--line:var(--bad)}.held .arrow{--line:var(--unsure)}
.row.undecided .arrow{--line:var(--accent)}
.arrow line{stroke:var(--line);stroke-width:1.9}.arrow .tip,.arrow .begin,.arrow .stop{fill:var(--line)}
.arrow .sign{stroke:var(--card);stroke-width:2;fill:none}
svg text.label{font:11.2px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
svg text.below,.gap text{fill:var(--soft);font-size:11px}
.gap text{text-anchor:start}.gap line{stroke:var(--line);stroke-dasharray:2 4}
.note rect{fill:var(--info-soft);stroke:var(--info)}.note text{font-size:11.5px}
.steps{list-style:none;counter-reset:step;padding:0;margin:14px 0}
.steps>li{counter-increment:step;position:relative;padding:6px 12px 8px 46px;border-radius:10px;overflow-wrap:anywhere}
.steps>li::before{content:counter(step);position:absolute;left:10px;top:7px;min-width:24px;height:24px;border-radius:12px;border:1px solid var(--line);text-align:center;font-size:.8rem;line-height:22px;font-weight:600}
.steps>.cause::before{border-color:var(--unsure);background:var(--unsure-soft)}
.steps>.judged{background:var(--bad-soft)}.steps>.judged::before{background:var(--bad);border-color:var(--bad);color:var(--card)}
.act{font-weight:600}
.why{list-style:none;margin:2px 0 0;padding:0;color:var(--soft);font-size:.92rem}
.judged .why,.judged .why a{color:var(--ink)}
.mark{margin:2px 0;font-size:.92rem}.mark strong{color:var(--unsure)}.judged .mark strong{color:var(--bad)}
.rules{margin:10px 0}.rules>summary,.more>summary{cursor:pointer;color:var(--accent);padding:4px 0}
.rules ul{list-style:none;padding:0}.rules li{margin:12px 0;scroll-margin-top:12px}
.rules li:target{outline:2px solid var(--accent);outline-offset:6px;border-radius:6px}
.because{color:var(--soft)}.because::before{content:"because "}
.source{margin:8px 0}.source figcaption{font-size:.82rem;color:var(--soft);overflow-wrap:anywhere}
pre{margin:4px 0;background:var(--code);border-radius:8px;padding:10px 12px;overflow-x:auto}
.line{display:block}.at{display:inline-block;min-width:2.2em;color:var(--soft);user-select:none}
mark{background:var(--mark);color:inherit;border-radius:3px}
footer{color:var(--soft);font-size:.88rem;padding-top:8px;padding-bottom:40px}
@media (max-width:640px){header,main,footer{padding-left:14px;padding-right:14px}.file{padding:16px 14px 4px;border-radius:12px}.verdicts td:last-child,.verdicts th:last-child{display:none}.top{padding-top:24px}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--line:#bbb}body{font-size:11pt}.file{border:0;padding:0}fieldset{display:none}.item{break-inside:avoid-page}svg{max-width:100%;height:auto}details::details-content{content-visibility:visible;block-size:auto}}
`;
