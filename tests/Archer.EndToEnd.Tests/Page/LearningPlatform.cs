using Archer.Client.Http;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;
using Microsoft.Playwright;

namespace Archer.EndToEnd.Tests.Page;

/// <summary>One platform and one browser for all tests of a class.</summary>
public sealed class LearningPlatform : IAsyncLifetime
{
    /// <summary>An agent that no simulated user plays with.</summary>
    public const string WithoutTask = "without-task";

    private readonly TemporaryDirectory _directory = new();
    private SiloProcess? _silo;
    private Chromium? _browser;

    internal Task<Tab> OpenAsync(int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light) => _browser!.OpenAsync(_silo!.Url, width, height, scheme);

    public ArcherClient Client() => new(new ArcherClientOptions { Url = _silo!.Url });

    public async Task InitializeAsync()
    {
        if (Chromium.MissingReason is null)
        {
            _silo = await SiloProcess.StartAsync(
                _directory.Path,
                SiloProcess.FreePort(),
                "--Archer:Demo:Users=4",
                "--Archer:Agents:twenty-questions:Task=twenty-questions",
                "--Archer:Agents:twenty-questions:BaseCheckpoint=models/twenty-questions-base",
                "--Archer:Agents:twenty-questions:TurnLimit=20",
                $"--Archer:Agents:{WithoutTask}:BaseCheckpoint=models/twenty-questions-base");
            _browser = await Chromium.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_silo is not null && _browser is not null)
        {
            await _browser.DisposeAsync();
            await _silo.StopAsync();
            await _silo.DisposeAsync();
        }

        _directory.Dispose();
    }
}
