/** The look of a report in HTML; it follows the reader’s light or dark, and prints. */
export const style = `
:root{--bg:#fff;--fg:#1f2328;--soft:#57606a;--line:#d8dee4;--panel:#f6f8fa;--good:#116329;--warn:#7d4e00;--bad:#a40e26;--link:#0550ae;--w:#2f6fd0;--r:#7a4fc4;--c:#59636e;--p:#0f7b8a;--pv:#2da44e;--pu:#9bd3aa}
@media (prefers-color-scheme:dark){:root{--bg:#1b1b1c;--fg:#e2e2e2;--soft:#a7adb5;--line:#3a3a3d;--panel:#242426;--good:#7ee29b;--warn:#e5b95c;--bad:#ff9a94;--link:#79b8ff;--w:#4d93f5;--r:#b48cf2;--c:#9aa3ad;--p:#3fb8c6;--pv:#6fd08c;--pu:#38694a}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
header,.page{max-width:1240px;margin:0 auto;padding:0 32px}
header{padding-top:40px}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--bg);padding:4px 8px}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.kind{margin:0;color:var(--soft);font-size:12px;letter-spacing:.06em;text-transform:uppercase}
h1{margin:4px 0 10px;font-size:28px;line-height:1.25;font-weight:600}
h2{margin:0 0 12px;font-size:19px;font-weight:600;scroll-margin-top:16px}
h3{margin:28px 0 8px;font-size:15px;font-weight:600}
.state{margin:0 0 2px}
.state strong{display:inline-block;margin-right:6px}
.state strong::first-letter{text-transform:uppercase}
.when{margin:0;color:var(--soft);font-size:13px}
.id{margin-left:10px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:0;margin:24px 0 12px;border-top:1px solid var(--line)}
.figures div{padding:14px 16px 2px 0}
.figures dt{color:var(--soft);font-size:12px}
.figures dd{margin:0;font-size:22px;font-weight:600;line-height:1.3}
.figures span{display:block;font-size:12px;font-weight:400;color:var(--soft)}
.progress{display:block;width:100%;height:8px;margin:0 0 20px}
.pt{fill:var(--line)}.pu{fill:var(--pu)}.pv{fill:var(--pv)}
.summary{max-width:900px;font-size:16px}
.summary p{margin:0 0 6px}
.page{display:grid;grid-template-columns:172px minmax(0,1fr);gap:40px;margin-top:28px;border-top:1px solid var(--line)}
nav{position:sticky;top:0;align-self:start;padding:28px 0;max-height:100vh;overflow:auto;font-size:13px}
nav ul{list-style:none;margin:0;padding:0}
nav a{display:block;padding:3px 0;color:var(--soft);text-decoration:none}
nav a:hover{color:var(--fg);text-decoration:underline}
main{min-width:0;padding-bottom:80px}
main:focus{outline:none}
section{padding:28px 0 24px;border-bottom:1px solid var(--line)}
section:last-child{border-bottom:0}
section>p{max-width:900px;margin:0 0 10px}
.list{margin:0 0 12px;padding-left:20px;max-width:900px}
.list li{margin:2px 0}
blockquote{margin:0 0 12px;padding:8px 14px;max-width:900px;border-left:3px solid var(--line);background:var(--panel);white-space:pre-wrap}
.facts{margin:0 0 12px}
.facts div{display:grid;grid-template-columns:140px minmax(0,1fr);gap:12px;padding:2px 0}
.facts dt{color:var(--soft)}
.facts dd{margin:0}
.wide{overflow-x:auto;margin:0 0 14px}
table{width:100%;border-collapse:collapse;font-size:13px;line-height:1.45}
th{padding:6px 14px 6px 0;color:var(--soft);font-size:12px;font-weight:600;text-align:left;vertical-align:bottom;border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:6px 14px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);min-width:52px;max-width:440px}
tbody tr:last-child td{border-bottom:0}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
td:first-child{font-weight:600;white-space:nowrap;overflow-wrap:normal}
small{display:block;color:var(--soft);font-size:12px;font-weight:400;white-space:normal}
code{font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.quiet{color:var(--soft)}
.s{overflow-wrap:normal}
.s::before{content:"";display:inline-block;width:8px;height:8px;margin-right:6px;border:2px solid currentcolor;border-radius:50%}
.s.good::before{background:currentcolor}
.s.bad::before{border-radius:1px;background:currentcolor}
.s.quiet::before{border-width:1px}
details{border-top:1px solid var(--line);padding:6px 0}
summary{cursor:pointer;padding:2px 0}
summary .s{margin-left:8px;font-size:13px;white-space:nowrap}
details>.facts,details>blockquote,details>p{margin:6px 0 8px 18px}
details.fold{border-top:0}
details .facts{font-size:13px}
details .facts div{grid-template-columns:110px minmax(0,1fr);padding:0}
.picture svg{display:block;width:100%;min-width:680px;height:auto}
.tick{stroke:var(--line)}.tl,.ll{fill:var(--soft);font-size:11px;font-family:inherit}
.ll{fill:var(--fg)}
.bw{fill:var(--w)}.br{fill:var(--bg);stroke:var(--r);stroke-width:1.4}.bc{fill:var(--c)}.bp{fill:var(--p)}
.bl{fill:url(#hatch);stroke:var(--bad);stroke-width:1}
.hb{fill:var(--bg)}.hl{fill:var(--bad)}
.gap{fill:var(--panel)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 16px;padding:0;color:var(--soft);font-size:12px}
.legend svg{width:16px;height:11px;margin-right:6px;vertical-align:-1px}
@media (max-width:900px){header,.page{padding:0 16px}header{padding-top:24px}h1{font-size:23px}.page{display:block}nav{position:static;max-height:none;padding:16px 0 0}nav ul{display:flex;flex-wrap:wrap;gap:0 16px}.figures{grid-template-columns:repeat(2,1fr)}.facts div{grid-template-columns:minmax(0,1fr);gap:0;padding:4px 0}details .facts div{grid-template-columns:minmax(0,1fr)}table{min-width:640px}}
@media print{:root{--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--panel:#f4f4f4;--good:#116329;--warn:#7d4e00;--bad:#a40e26;--link:#000}body{font-size:10pt}nav,.skip{display:none}.page{display:block}header,.page{max-width:none;padding:0}h2,h3,summary{break-after:avoid}tr,blockquote{break-inside:avoid}.wide{overflow:visible}.picture svg{min-width:0}details::details-content{content-visibility:visible;block-size:auto}*{print-color-adjust:exact}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;

/** SHA-256 of `style` in Base64, by which the page’s policy lets it in; a test tells when it is another. */
export const styleHash = '7g0XL8Hpv0MOEsfpqucwlZRCqoJ2P3uSmgBqu552rxg=';
