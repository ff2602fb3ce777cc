using Archer.Testing;
using Microsoft.Playwright;

namespace Archer.EndToEnd.Tests.Page;

/// <summary>The browser of this machine, driven by Playwright.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Without these a browser in a closed network tries to reach its maker's servers.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private const float TimeoutMilliseconds = 20_000;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Why no test can run; null when a browser is there.</summary>
    public static string? MissingReason { get; } =
        Find() is null ? $"No Chromium at {string.Join(", ", Places)}: install it (apt-get install chromium) to test the page." : null;

    public static async Task<Chromium> StartAsync()
    {
        // The platform, the browser and other tests share the machine.
        Assertions.SetDefaultExpectTimeout(TimeoutMilliseconds);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Find() ?? throw new InvalidOperationException(MissingReason),
            Args = Arguments,
        });
        return new Chromium(playwright, browser);
    }

    /// <summary>A fresh tab on the silo's page, with everything that its console and scripts complain about.</summary>
    public async Task<Tab> OpenAsync(Uri url, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 600,
        });
        context.SetDefaultTimeout(TimeoutMilliseconds);
        var tab = new Tab(context, await context.NewPageAsync());
        await tab.Page.GotoAsync(url.ToString());
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find() => Array.Find(Places, File.Exists);
}

/// <summary>A test that needs a browser; without one it is skipped and says so, and fails in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = MissingTool.Skip(Chromium.MissingReason);
}
