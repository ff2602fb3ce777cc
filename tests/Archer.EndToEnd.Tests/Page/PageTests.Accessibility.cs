using Microsoft.Playwright;

namespace Archer.EndToEnd.Tests.Page;

/// <content>What a reader without a mouse or a screen needs, asked of the page as the browser presents it.</content>
public sealed partial class PageTests
{
    private const string Contrasts =
        """
        () => {
          const parse = color => { const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
          const luminance = ({ r, g, b }) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = element => {
            for (let e = element; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; }
            return { r: 255, g: 255, b: 255 };
          };
          const poor = [];
          for (const element of document.querySelectorAll("body *")) {
            const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
            if (!own || !element.checkVisibility() || element.closest("svg, .unseen, option") || element.disabled) continue;
            const [one, other] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))];
            const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            if (contrast < 4.5) poor.push(`${element.tagName} "${element.textContent.trim().slice(0, 30)}" ${contrast.toFixed(2)}`);
          }
          return poor;
        }
        """;

    private const string Unnamed =
        """
        () => [...document.querySelectorAll("button, select, input, a[href], [role=img], [role=region], dialog, section")].filter(e => {
          const by = (e.getAttribute("aria-labelledby") ?? "").split(" ").map(id => document.getElementById(id)?.textContent.trim()).join("");
          return !(by || e.getAttribute("aria-label") || [...(e.labels ?? [])].length || (e.matches("button, a") && e.textContent.trim()));
        }).map(e => e.outerHTML.slice(0, 80))
        """;

    [BrowserFact]
    public async Task Texts_InBothSchemes_HaveContrast()
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var tab = await ReadyAsync(scheme);
            Assert.Empty(await tab.Page.EvaluateAsync<string[]>(Contrasts));
            await tab["#status"].SelectOptionAsync("ended");
            await tab["#recent button"].First.ClickAsync();
            await Assertions.Expect(tab["#turns tr"].First).ToBeVisibleAsync();
            Assert.Empty(await tab.Page.EvaluateAsync<string[]>(Contrasts));
            Assert.Empty(tab.Errors);
        }
    }

    [BrowserFact]
    public async Task Controls_RegionsAndPictures_HaveNames()
    {
        await using var tab = await ReadyAsync();

        Assert.Empty(await tab.Page.EvaluateAsync<string[]>(Unnamed));
        Assert.Empty(await tab.Page.EvaluateAsync<string[]>(
            "() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i); }"));
        Assert.Equal("en", await tab["html"].GetAttributeAsync("lang"));
        Assert.Equal(1, await tab["h1"].CountAsync());
        Assert.Equal("status", await tab["#connection"].GetAttributeAsync("role"));
        Assert.Equal("log", await tab["#log"].GetAttributeAsync("role"));
        var levels = await tab.Page.EvaluateAsync<int[]>("[...document.querySelectorAll('main h2, main h3')].map(e => Number(e.tagName[1]))");
        Assert.Equal(2, levels[0]);
    }

    [BrowserFact]
    public async Task Keyboard_Tab_ReachesEveryControlInOrderWithAVisibleFocus()
    {
        await using var tab = await ReadyAsync();
        var reached = new List<string>();
        for (var press = 0; press < 12; press++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            reached.Add(await tab.Page.EvaluateAsync<string>(
                """
                () => {
                  const e = document.activeElement, style = getComputedStyle(e);
                  return (e.id || e.className || e.tagName) + (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2 ? " without outline" : "");
                }
                """));
        }

        Assert.Equal("skip", reached[0]);
        Assert.Contains("start", reached);
        Assert.Contains("status", reached);
        Assert.DoesNotContain(reached, name => name.EndsWith("without outline", StringComparison.Ordinal));
    }

    private async Task<Tab> ReadyAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var tab = await platform.OpenAsync(scheme: scheme);
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["[data-chart=return] svg"]).ToHaveCountAsync(1);
        await Assertions.Expect(tab["#recent tr"]).Not.ToHaveCountAsync(0);
        return tab;
    }
}
