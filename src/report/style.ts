/** The report's one style sheet. No style attributes anywhere: the page's policy allows only this sheet, by its hash. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f5f4f0;--card:#fff;--ink:#1a1e26;--muted:#586070;--line:#e3e0d8;--grid:#ece9e2;
--people:#2563c9;--bots:#b4bac6;--bar:#dfe9fa;--barbot:#e6e8ec;--warn:#b36b00;--bad:#bf2f28;--good:#1f7a4d;--ok:#86b6a0;--quiet:#d5e5dd;--link:#1d54ad}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0f1216;--card:#171b21;--ink:#e7eaef;--muted:#9ba5b4;--line:#2a3039;--grid:#242a32;
--people:#5b9bff;--bots:#5d6776;--bar:#1f3356;--barbot:#2b313a;--warn:#e5a13a;--bad:#f2756d;--good:#5cc48f;--ok:#3f8a69;--quiet:#264638;--link:#8ab8ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.page{max-width:1280px;margin:0 auto;padding:28px 24px 48px}
header h1{font-size:1.7rem;line-height:1.2;margin:0;letter-spacing:-.015em}
header p{margin:6px 0 0;color:var(--muted)}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:14px 0 20px;padding:10px 0 0;border-top:1px solid var(--line);font-size:.9rem}
a{color:var(--link);text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}
:focus-visible{outline:2px solid var(--people);outline-offset:2px}
h2{font-size:1.15rem;margin:36px 0 12px;letter-spacing:-.01em}
h3{font-size:.95rem;margin:0;font-weight:650}
.tiles{display:grid;grid-template-columns:repeat(7,minmax(0,1fr));gap:12px}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:10px}
.tile{padding:14px 14px 12px;display:flex;flex-direction:column;min-width:0}
.tile dt{font-size:.8rem;color:var(--muted)}
.tile dd{margin:0}
.tile .value{font-size:1.55rem;font-weight:650;letter-spacing:-.02em;line-height:1.25;white-space:nowrap}
.tile .delta{font-size:.8rem;font-weight:600;color:var(--muted)}
.tile .note{font-size:.78rem;line-height:1.35;color:var(--muted);flex:1}
.spark{display:block;width:100%;height:30px;margin-top:10px}
.good{color:var(--good)!important}.bad{color:var(--bad)!important}
.cards{display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:14px}
.card{grid-column:span 12;padding:16px 18px 14px;min-width:0}
.stack{display:flex;flex-direction:column;gap:14px;min-width:0}.stack>.card:last-child{flex:1}
.half{grid-column:span 6}.third{grid-column:span 4}.two-thirds{grid-column:span 8}
.sub{margin:2px 0 10px;color:var(--muted);font-size:.83rem;line-height:1.4}
.standout{margin:14px 0 0;padding:12px 18px 12px 34px;columns:2;column-gap:44px;font-size:.92rem}
.standout li{margin:0;padding:2px 0;break-inside:avoid}.standout li::marker{color:var(--people)}
figure{margin:0}
figcaption,.legend{color:var(--muted);font-size:.82rem}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0 0;padding:0;list-style:none}
.legend svg{width:11px;height:11px;margin-right:6px;vertical-align:-1px}
.chart{display:block;width:100%;overflow:visible}
.chart text{font-size:11.5px;fill:var(--muted)}
.chart .y{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.chart line{stroke:var(--grid)}.chart .base{stroke:var(--line)}
.chart .hit{fill:transparent}.chart g:hover .hit{fill:var(--muted);fill-opacity:.14}
.f-people{fill:var(--people)}.f-bots{fill:var(--bots)}.f-warn{fill:var(--warn)}.f-bad{fill:var(--bad)}.f-bar{fill:var(--bar)}.f-barbot{fill:var(--barbot)}
.f-ok{fill:var(--ok)}.f-quiet{fill:var(--quiet)}.f-part{fill:var(--quiet);stroke:var(--ok);stroke-width:1.5;stroke-dasharray:2 1.5}.f-half{fill:var(--card);stroke:var(--warn);stroke-width:1.5;stroke-dasharray:3 2}.f-none{fill:var(--card);stroke:var(--bad);stroke-width:1.5}.f-open{fill:none;stroke:var(--line);stroke-width:1}
table{border-collapse:collapse;width:100%;font-size:.87rem;line-height:1.4}
caption{text-align:left}
th{font-weight:500;color:var(--muted);font-size:.78rem;text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:bottom}
td,tbody th{padding:4px 8px;border-bottom:1px solid var(--grid);vertical-align:top}
tbody th{color:inherit;font-size:inherit;font-weight:400;min-width:6.5em}
tbody tr:last-child>*{border-bottom:0}
tr>:first-child{padding-left:0}tr>:last-child{padding-right:0}
.cellbox{display:grid}
.n{text-align:right;white-space:nowrap;width:1%}
.app{display:block;max-width:9em;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.from{padding-left:7px;display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.dot{vertical-align:0}.appname{margin:6px 0 2px;font-size:.87rem}.nowrap{white-space:nowrap}.gaps{margin:18px 0 4px;font-size:.87rem}
.calendars{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:10px 36px}.calendars>:only-child{grid-column:span 2}
.dim{color:var(--muted)}.small{font-size:.8rem}
.barbox{position:relative;display:block;padding:1px 7px;min-height:1.4em}
.barbox>svg{position:absolute;left:0;top:0;width:100%;height:100%}
.barbox>span{position:relative;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.dots{display:block;width:100%;min-width:90px;height:18px}.dots line{stroke:var(--muted);stroke-width:1.5}
.hours{display:block;width:100%;height:18px}.hours text{font-size:10px;fill:var(--muted)}
.calendar td,.calendar tbody th{border:0;padding-top:1px;padding-bottom:1px;white-space:nowrap}
.empty{padding:24px 28px;margin-top:22px}.empty h2{margin:0 0 8px}.empty ul{padding-left:20px}.empty li{margin:6px 0}.empty code,.sub code,footer code{background:var(--bg);border:1px solid var(--line);border-radius:4px;padding:1px 5px;font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
details{margin-top:10px;font-size:.85rem}summary{cursor:pointer;color:var(--muted)}
details .scroll{max-height:300px;overflow:auto;margin-top:6px}
footer{margin-top:36px;padding-top:14px;border-top:1px solid var(--line);color:var(--muted);font-size:.82rem}
footer p{margin:4px 0}
.narrow{display:none}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media screen and (max-width:1100px){.tiles{grid-template-columns:repeat(4,minmax(0,1fr))}.third{grid-column:span 6}}
@media screen and (max-width:820px){.standout{columns:1}.calendars{display:block}.half,.third,.two-thirds{grid-column:span 12}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.page{padding:18px 14px 36px}.card{padding:14px}.standout{padding-left:30px}.barbox>span{-webkit-line-clamp:4}.wide{display:none}.narrow{display:inline}.n{padding-left:12px;padding-right:0}.chart .skip{display:none}.tiles>:first-child{grid-column:span 2}}
@page{margin:14mm}
@media print{:root{--bg:#fff;color-scheme:light}html{font-size:10.5px}body{font-size:1rem}.page{max-width:none;padding:0}nav,details,.spark{display:none}.cards,.stack,.calendars{display:block}.card{margin-bottom:10px;padding:10px 12px}.tile,tr,figure{break-inside:avoid}h2,h3,.sub,thead{break-after:avoid}h2{margin-top:20px}.tiles{grid-template-columns:repeat(7,minmax(0,1fr));gap:6px}.tile{padding:8px}a{color:inherit}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;
