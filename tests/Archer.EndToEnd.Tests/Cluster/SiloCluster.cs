using Archer.Client.Http;
using Archer.EndToEnd.Tests.Durability;
using Archer.EndToEnd.Tests.Processes;
using Archer.Policy.Serving.Role;
using Archer.Replay.Redis;
using Archer.Testing;
using Archer.Testing.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Xunit.Sdk;

namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>Silos as processes of their own, one policy server and one Redis for all of them, and a client that reaches whichever silo answers.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly WebApplication _policy;
    private readonly string[] _settings;
    private readonly SpreadHandler _spread = new();
    private readonly List<Member> _members = [];
    private bool _disposed;

    private SiloCluster(TemporaryDirectory directory, RedisServer redis, WebApplication policy, string[] settings)
    {
        (_directory, Redis, _policy) = (directory, redis, policy);
        _settings =
        [
            "--Archer:Roles=silo", "--Archer:StatusSeconds=0", $"--Archer:Redis={redis.ConnectionString}", $"--Archer:PolicyClient:Address={policy.Urls.Single()}",
            "--Logging:Console:FormatterOptions:TimestampFormat=HH:mm:ss.fff ", .. settings,
        ];
        Client = new ArcherClient(new ArcherClientOptions { Url = new Uri("http://127.0.0.1/"), RetryFor = TimeSpan.FromMinutes(1) }, handler: _spread);
    }

    /// <summary>The server that all silos share.</summary>
    public RedisServer Redis { get; }

    /// <summary>Where the policy server and all silos find versions.</summary>
    public string Policies => _directory["policies"];

    /// <summary>Talks through all silos.</summary>
    public ArcherClient Client { get; }

    /// <summary>Silos that were started and not taken away, oldest first.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>Starts silos and waits until all of them are ready.</summary>
    public static async Task<SiloCluster> StartAsync(int silos, params string[] settings)
    {
        var directory = new TemporaryDirectory();
        var redis = await RedisServer.StartAsync();
        var policy = PolicyProcess.Build(["--urls", "http://127.0.0.1:0", $"--Archer:DataDirectory={directory.Path}"], builder => builder.Logging.ClearProviders());
        await policy.StartAsync();
        var cluster = new SiloCluster(directory, redis, policy, settings);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => cluster.AddAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one silo more, on new ports unless it is to take the place of another; users reach it once it is ready.</summary>
    public async Task<Member> AddAsync(Member? place = null)
    {
        var (http, silo, gateway) = place is null ? (LoopbackPorts.Next(), LoopbackPorts.Next(), LoopbackPorts.Next()) : place.Ports;
        var process = await SiloProcess.StartAsync(
            _directory.Path, http, [.. _settings, $"--ORLEANS_SILO_PORT={silo}", $"--ORLEANS_GATEWAY_PORT={gateway}"]);
        var member = new Member(process, (http, silo, gateway));
        if (!TryAdd(member))
        {
            // The test has failed meanwhile.
            await process.DisposeAsync();
        }

        return member;
    }

    /// <summary>SIGKILL. Users find out by themselves.</summary>
    public async Task KillAsync(Member member)
    {
        member.Process.Kill();
        await RemoveAsync(member);
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync(Member member)
    {
        var code = await member.Process.StopAsync();
        await RemoveAsync(member);
        return code;
    }

    /// <summary>Nothing that a user was told is missing, and replay has each finished turn once.</summary>
    public async Task AuditAsync(ClientJournal journal, int conversations)
    {
        Assert.Equal(conversations, journal.Ended.Count);
        using var connection = await Redis.ConnectAsync();
        var store = new RedisReplayStore(connection);
        try
        {
            await ReplayAudit.WaitUntilDrainedAsync(Client, journal.Replies.Count);
        }
        catch (FailException failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{await ReplayAudit.DescribeMissingAsync(store, journal)}", failure);
        }

        await ReplayAudit.StateHoldsEveryReplyAsync(Client, journal);
        await ReplayAudit.RowsAreTheFinishedTurnsAsync(store, journal);
    }

    /// <summary>What all silos printed, for a test that fails.</summary>
    public string Output => string.Join("\n\n", _members.Select(member => $"{member.Process.Url}\n{member.Process.Output}"));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _spread.Dispose();
        foreach (var member in TakeAll())
        {
            await member.Process.DisposeAsync();
        }

        await _policy.DisposeAsync();
        await Redis.DisposeAsync();
        _directory.Dispose();
    }

    private bool TryAdd(Member member)
    {
        lock (_members)
        {
            if (!_disposed)
            {
                _members.Add(member);
                Spread();
            }

            return !_disposed;
        }
    }

    private Member[] TakeAll()
    {
        lock (_members)
        {
            _disposed = true;
            return [.. _members];
        }
    }

    private async Task RemoveAsync(Member member)
    {
        lock (_members)
        {
            _members.Remove(member);
            Spread();
        }

        await member.Process.DisposeAsync();
    }

    private void Spread() => _spread.Silos = [.. _members.Select(member => member.Process.Url)];

    /// <summary>A silo and the ports that it has: HTTP, silo, gateway.</summary>
    internal sealed record Member(SiloProcess Process, (int Http, int Silo, int Gateway) Ports);
}
