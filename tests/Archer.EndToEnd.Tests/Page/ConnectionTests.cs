using System.Diagnostics;
using System.Text.RegularExpressions;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;
using Microsoft.Playwright;

namespace Archer.EndToEnd.Tests.Page;

/// <summary>The page while the platform goes away, comes back, or asks for a key.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class ConnectionTests : IDisposable
{
    private const string Key = "a-key-of-this-test-0123456789";
    private static readonly string[] Quiet = ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0"];
    private readonly TemporaryDirectory _directory = new();
    private readonly int _port = SiloProcess.FreePort();

    [BrowserFact]
    public async Task Platform_KilledAndStartedAgain_IsFollowedAgainAndTheGameGoesOn()
    {
        await using var browser = await Chromium.StartAsync();
        var silo = await SiloProcess.StartAsync(_directory.Path, _port, Quiet);
        await using var tab = await browser.OpenAsync(silo.Url);
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["#recent-state"]).ToHaveTextAsync("No conversation yet.");
        await tab["#start"].ClickAsync();
        await Assertions.Expect(tab["#log li.agent"]).ToHaveCountAsync(1);

        silo.Kill();
        await silo.DisposeAsync();
        await Assertions.Expect(tab["#connection"]).ToContainTextAsync("Connection lost");
        await tab["[data-answer=no]"].ClickAsync();
        await Assertions.Expect(tab["#play-state"]).ToHaveTextAsync("The silo does not answer.");
        await using var again = await SiloProcess.StartAsync(_directory.Path, _port, Quiet);

        await tab.IsLiveAsync();
        await tab["#retry"].ClickAsync();
        await Assertions.Expect(tab["#log li.agent"]).ToHaveCountAsync(2);
        await Assertions.Expect(tab["#recent tr"]).ToHaveCountAsync(1);
        Assert.All(tab.Errors, error => Assert.Matches("ERR_CONNECTION|ERR_INCOMPLETE|ERR_NETWORK|ERR_SOCKET|ERR_EMPTY", error));
    }

    [BrowserFact]
    public async Task LockedPlatform_AsksForAKeyUntilItIsRight()
    {
        await using var browser = await Chromium.StartAsync();
        await using var silo = await SiloProcess.StartAsync(_directory.Path, _port, [.. Quiet, $"--Archer:Keys:0={Key}"]);
        await using var tab = await browser.OpenAsync(silo.Url);

        await Assertions.Expect(tab["#locked"]).ToBeVisibleAsync();
        await tab["#key"].FillAsync("a-wrong-key-0123456789");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab["#key-state"]).ToHaveTextAsync("The silo does not know this key.");
        await tab["#key"].FillAsync(Key);
        await tab.Page.Keyboard.PressAsync("Enter");

        await tab.IsLiveAsync();
        await Assertions.Expect(tab["#locked"]).ToBeHiddenAsync();
        Assert.Equal(Key, await tab.Page.EvaluateAsync<string>("sessionStorage.getItem('archer-key')"));
        await tab.Page.ReloadAsync();
        await tab.IsLiveAsync();
        Assert.All(tab.Errors, error => Assert.Matches(new Regex("status of 401"), error));

        // A page that watches does not hold up the stop.
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await silo.StopAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    public void Dispose() => _directory.Dispose();
}
