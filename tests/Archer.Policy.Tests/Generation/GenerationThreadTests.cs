using System.Threading.Channels;
using Archer.Client;
using Archer.Policy.Generation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Archer.Policy.Tests.Generation;

public sealed class GenerationThreadTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Generate_ManyCallers_EachGetsItsOwnUtterance()
    {
        using var model = new HashModel();
        using var engine = Start(new GenerationOptions { MaxSequences = 8, CacheSlots = 16 });
        var requests = Enumerable.Range(0, 300).Select(i => Requests.Create(model, Requests.Prompt(i, 2 + (i % 40)), (ulong)i)).ToArray();

        var results = await Task.WhenAll(requests.Select(request => Task.Run(() => engine.GenerateAsync(request, CancellationToken.None)))).WaitAsync(Deadline);

        Assert.All(requests.Zip(results), pair => Assert.Equal<GeneratedToken>(Requests.Expected(model, pair.First), pair.Second.Tokens));
        Assert.Equal(0, engine.UnfinishedCount);
        Assert.Equal(300, engine.Statistics.Requests);
    }

    [Fact]
    public async Task Generate_Streaming_GivesEveryTokenAsItIsMade()
    {
        using var model = new HashModel();
        using var engine = Start(new GenerationOptions());
        var tokens = Channel.CreateUnbounded<GeneratedToken>();
        var request = Requests.Create(model, [5, 6], stop: []) with { Tokens = tokens.Writer };

        var result = engine.GenerateAsync(request, CancellationToken.None);
        var streamed = await tokens.Reader.ReadAllAsync().ToListAsync().AsTask().WaitAsync(Deadline);

        Assert.Equal<GeneratedToken>((await result).Tokens, streamed);
    }

    [Fact]
    public async Task Generate_MoreThanTheQueueHolds_IsRefusedAndTheRestFinishes()
    {
        using var gate = new ManualResetEventSlim();
        using var model = new HashModel { BeforePass = () => gate.Wait(Deadline) };
        using var engine = Start(new GenerationOptions { MaxSequences = 2, CacheSlots = 2, MaxQueuedRequests = 3 });
        var taken = Enumerable.Range(0, 5).Select(i => engine.GenerateAsync(Requests.Create(model, [1, 2], (ulong)i), CancellationToken.None)).ToArray();

        var failure = await Assert.ThrowsAsync<GenerationOverloadedException>(() => engine.GenerateAsync(Requests.Create(model, [1, 2]), CancellationToken.None));
        gate.Set();
        await Task.WhenAll(taken).WaitAsync(Deadline);

        Assert.Equal("The generation queue is full: 3 requests wait already. Try again later.", failure.Message);
        Assert.NotEmpty((await engine.GenerateAsync(Requests.Create(model, [1, 2]), CancellationToken.None)).Tokens);
    }

    [Fact]
    public async Task Generate_PromptThatFillsTheModel_IsTooLong()
    {
        using var model = new HashModel(positions: 16);
        using var engine = Start(new GenerationOptions());

        var failure = await Assert.ThrowsAsync<ObservationTooLongException>(
            () => engine.GenerateAsync(Requests.Create(model, Requests.Prompt(1, 16)), CancellationToken.None));
        var last = await engine.GenerateAsync(Requests.Create(model, Requests.Prompt(1, 15), stop: []), CancellationToken.None).WaitAsync(Deadline);

        Assert.Equal("The prompt has 16 tokens; the model takes at most 15 and one for the reply. Start a new conversation.", failure.Message);
        Assert.Equal((1, Client.Policies.FinishReason.Length), (last.Tokens.Length, last.FinishReason));
    }

    [Fact]
    public async Task Generate_CallerLeaves_OthersGoOn()
    {
        using var model = new HashModel(positions: 1 << 20);
        using var engine = Start(new GenerationOptions { MaxSequences = 1, CacheSlots = 1 });
        using var left = new CancellationTokenSource();
        var endless = engine.GenerateAsync(Requests.Create(model, [1, 2], maxTokens: 1 << 19, stop: []), left.Token);
        var waiting = engine.GenerateAsync(Requests.Create(model, [3, 4]), CancellationToken.None);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        Assert.NotEmpty((await waiting.WaitAsync(Deadline)).Tokens);
    }

    [Fact]
    public async Task Dispose_UnfinishedRequests_AreToldToComeBack()
    {
        using var model = new HashModel(positions: 1 << 20);
        var engine = Start(new GenerationOptions { MaxSequences = 1, CacheSlots = 1 });
        var first = engine.GenerateAsync(Requests.Create(model, [1, 2], maxTokens: 1 << 19, stop: []), CancellationToken.None);
        var second = engine.GenerateAsync(Requests.Create(model, [3, 4]), CancellationToken.None);

        engine.Dispose();

        var late = engine.GenerateAsync(Requests.Create(model, [3, 4]), CancellationToken.None);
        foreach (var request in new[] { first, second, late })
        {
            var failure = await Assert.ThrowsAsync<GenerationFailedException>(() => request.WaitAsync(Deadline));
            Assert.Equal("The policy server is stopping; try again later.", failure.Message);
        }
    }

    [Fact]
    public async Task Drop_VersionNoLongerNeeded_IsFreed()
    {
        var model = new HashModel();
        using var engine = Start(new GenerationOptions());
        await engine.GenerateAsync(Requests.Create(model, [1, 2]), CancellationToken.None);

        engine.Drop(model);

        Assert.True(SpinWait.SpinUntil(() => model.IsDisposed, Deadline));
        Assert.Equal(0, model.OpenSessions);
    }

    private static GenerationThread Start(GenerationOptions options) =>
        new(options, TimeProvider.System, new EngineStatistics(), NullLogger<GenerationThread>.Instance);
}
