/** The style sheet inside an HTML report: the colours of the page, for light, dark, forced colours and paper. */

export const REPORT_STYLE = `
:root{color-scheme:light dark;
--ink:light-dark(#14171b,#e8ebef);--ink-2:light-dark(#545c67,#a0a9b4);--ground:light-dark(#fff,#0f1114);
--raised:light-dark(#f8f9fa,#15181c);--line:light-dark(#e5e8ec,#262b32);
--ok:light-dark(#18753c,#58c589);--bad:light-dark(#b8232b,#ff8c8c);--run:light-dark(#1d58c4,#82b0ff);
--warn:light-dark(#855000,#e0ae57);--accent:light-dark(#3538cd,#a4b2ff);
--chart-ink:var(--ink);--chart-ink-2:var(--ink-2);--chart-ground:var(--ground);--chart-line:var(--line);
--chart-axis:light-dark(#a3abb5,#5a636e);--chart-plain:light-dark(#8793a3,#6d7889);
--chart-ok:var(--ok);--chart-bad:var(--bad);--chart-run:var(--run);--chart-warn:var(--warn);--chart-accent:var(--accent);
--chart-1:var(--accent);--chart-2:light-dark(#a2470d,#f0a36b);--chart-3:light-dark(#0d7377,#5cc5c9);
--chart-4:light-dark(#9a1f6e,#f08bc7);--chart-5:light-dark(#5b5f15,#c5ca63);--chart-6:var(--ink-2)}
@media (forced-colors:active){:root{--ink:CanvasText;--ink-2:CanvasText;--ground:Canvas;--raised:Canvas;--line:GrayText;
--ok:CanvasText;--bad:LinkText;--run:GrayText;--warn:GrayText;--accent:CanvasText;--chart-axis:CanvasText;--chart-plain:GrayText;
--chart-2:CanvasText;--chart-3:CanvasText;--chart-4:CanvasText;--chart-5:CanvasText}svg{forced-color-adjust:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
main,footer{max-width:912px;margin:0 auto;padding:16px}
h1{font-size:22px;line-height:1.25;margin:16px 0 4px}h2{font-size:17px;margin:32px 0 8px;padding-top:16px;border-top:1px solid var(--line)}h3{font-size:14px;margin:20px 0 4px}
.summary{margin:0 0 16px;color:var(--ink-2)}
p,ul{margin:8px 0}ul{padding-left:20px}
footer{color:var(--ink-2);font-size:12px}
figure{margin:20px 0}figcaption{font-weight:600;margin-bottom:8px}
figure svg{display:block;max-width:100%;height:auto}
.narrow{display:none}
@media (max-width:700px){.wide{display:none}.narrow{display:block}}
details{margin-top:4px}summary{color:var(--ink-2);font-size:12px;cursor:pointer}
.scroll{overflow:auto;max-height:480px}
table{border-collapse:collapse;min-width:100%}
th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);text-align:left;font-weight:400;vertical-align:top;white-space:nowrap}
.long{white-space:normal;min-width:240px}
thead th{color:var(--ink-2);font-size:12px}
.right{text-align:right}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:16px;margin:16px 0}
.figure dt{color:var(--ink-2)}.figure dd{margin:0}.figure strong{display:block;font-size:22px;line-height:1.3;font-weight:600}
.figure span{display:block;color:var(--ink-2);font-size:12px}
.figure svg{display:block}
.tone-bad strong{color:var(--bad)}.tone-ok strong{color:var(--ok)}.tone-warn strong{color:var(--warn)}
pre{overflow:auto;padding:12px;border:1px solid var(--line);background:var(--raised);font-size:12px}
@media print{details,.narrow{display:none}figure{break-inside:avoid}}
`.replaceAll("\n", "");
