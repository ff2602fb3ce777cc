using System.Collections.Immutable;
using Archer.Policy.Generation;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Policy.Tests.Generation;

public sealed class GenerationEngineTests
{
    [Fact]
    public async Task Step_OneRequest_SaysWhatTheDefinitionSays()
    {
        using var model = new HashModel();
        using var engine = Engine(new GenerationOptions());
        var request = Requests.Create(model, [3, 4, 5]);

        var result = await RunAsync(engine, request);

        Assert.Equal<GeneratedToken>(Requests.Expected(model, request), result.Tokens);
        Assert.Equal(model.Value([3, 4, 5]), result.Value);
        Assert.Equal(0, result.CachedTokens);
    }

    [Fact]
    public async Task Step_SameSeed_SaysTheSameAloneAndInABatchOf32()
    {
        using var model = new HashModel();
        using var alone = Engine(new GenerationOptions());
        using var crowded = Engine(new GenerationOptions());
        var request = Requests.Create(model, [3, 4, 5], seed: 42);
        var sequences = Enumerable.Range(0, 32).Select(i => Requests.Sequence(i == 17 ? request : Requests.Create(model, Requests.Prompt(i, 5 + i), (ulong)i))).ToArray();

        var expected = await RunAsync(alone, request);
        foreach (var sequence in sequences)
        {
            crowded.Add(sequence);
        }

        Finish(crowded);

        Assert.Equal<GeneratedToken>(expected.Tokens, (await sequences[17].Completion).Tokens);
    }

    [Fact]
    public void Step_AnyMixOfRequests_FinishesEachAsIfAloneAndLeaksNoSlot()
    {
        var requests = from count in Gen.Choose(1, 24)
                       from lengths in Gen.Choose(1, 70).ListOf(count)
                       from tokens in Gen.Choose(1, 20).ListOf(count)
                       from models in Gen.Choose(0, 2).ListOf(count)
                       from arrivals in Gen.Choose(0, 12).ListOf(count)
                       from options in Options()
                       select (lengths, tokens, models, arrivals, options);

        Prop.ForAll(Arb.From(requests), drawn =>
        {
            HashModel[] models = [new(seed: 1), new(seed: 2, critic: false), new(vocabulary: 9, positions: 40, seed: 3)];
            using var engine = Engine(drawn.options);
            var sequences = drawn.lengths.Select((length, i) =>
            {
                var model = models[drawn.models[i]];
                var prompt = Requests.Prompt(i % 5, Math.Min(length, model.MaxPositions - 1), model.VocabularySize);
                return Requests.Sequence(Requests.Create(model, prompt, (ulong)i, drawn.tokens[i]));
            }).ToArray();

            for (var step = 0; step <= 12; step++)
            {
                Array.ForEach([.. sequences.Where((_, i) => drawn.arrivals[i] == step)], engine.Add);
                engine.Step();
                Assert.InRange(engine.ActiveCount, 0, drawn.options.MaxSequences);
            }

            Finish(engine);
            Assert.Equal(0, engine.BusySlots);
            foreach (var sequence in sequences)
            {
                AssertIsAsIfAlone(sequence);
            }

            Array.ForEach(models, engine.Drop);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Step_NextTurnOfAConversation_ReadsOnlyWhatIsNew()
    {
        using var model = new HashModel();
        var statistics = new EngineStatistics();
        using var engine = new GenerationEngine(new GenerationOptions(), TimeProvider.System, statistics);
        var prompt = ImmutableArray.Create(Requests.Prompt(1, 30));

        for (var turn = 0; turn < 3; turn++)
        {
            var request = Requests.Create(model, [.. prompt], (ulong)turn, maxTokens: 6, stop: []);
            var decoderRows = statistics.DecoderRows;
            var result = await RunAsync(engine, request);

            Assert.Equal<GeneratedToken>(Requests.Expected(model, request), result.Tokens);
            Assert.Equal(model.Value(prompt.AsSpan()), result.Value);
            // The last token said was never read, so it and the three new ones are: 4 rows, and 5 to say the rest.
            Assert.Equal(turn == 0 ? 0 : prompt.Length - 4, result.CachedTokens);
            Assert.Equal(turn == 0 ? 30 + 5 : 4 + 5, statistics.DecoderRows - decoderRows);
            prompt = [.. prompt, .. result.Tokens.Select(token => token.Id), 1, 2, 3];
        }
    }

    [Fact]
    public async Task Step_PrefixesNotReused_SaysTheSame()
    {
        using var model = new HashModel();
        using var reusing = Engine(new GenerationOptions { CacheSlots = 3, MaxSequences = 2 });
        using var reading = Engine(new GenerationOptions { CacheSlots = 3, MaxSequences = 2, PrefixCaching = false });
        var cached = 0;
        for (var i = 0; i < 40; i++)
        {
            // Prompts that share beginnings of every length, and few slots: caches are taken over, cut back and overwritten.
            var request = Requests.Create(model, Requests.Prompt(i / 2 % 4, 3 + (i * 5 % 17)), (ulong)i, maxTokens: 1 + (i % 7));
            var result = await RunAsync(reusing, request);
            cached += result.CachedTokens;
            Assert.Equal<GeneratedToken>((await RunAsync(reading, request)).Tokens, result.Tokens);
        }

        Assert.True(cached > 0);
    }

    [Fact]
    public void Step_PromptLongerThanAPass_IsReadInPartsWhileOthersSpeak()
    {
        using var model = new HashModel();
        using var engine = Engine(new GenerationOptions { MaxBatchRows = 8, MaxSequences = 4, CacheSlots = 4 });
        var talking = Requests.Sequence(Requests.Create(model, [1, 2], maxTokens: 20, stop: []));
        var reading = Requests.Sequence(Requests.Create(model, Requests.Prompt(2, 60), maxTokens: 2));
        engine.Add(talking);
        engine.Step();
        engine.Add(reading);
        Finish(engine);

        AssertIsAsIfAlone(talking);
        AssertIsAsIfAlone(reading);
        Assert.Equal(8, model.WidestPass);
    }

    [Fact]
    public void Cancel_AnyMoment_FreesTheSlotAndDisturbsNobody()
    {
        using var model = new HashModel();
        using var engine = Engine(new GenerationOptions { MaxSequences = 2, CacheSlots = 2, MaxBatchRows = 4 });
        for (var moment = 0; moment < 12; moment++)
        {
            var kept = Requests.Sequence(Requests.Create(model, Requests.Prompt(moment, 9), 5));
            var left = Requests.Sequence(Requests.Create(model, Requests.Prompt(moment + 50, 9), 6, maxTokens: 30, stop: []));
            var waiting = Requests.Sequence(Requests.Create(model, Requests.Prompt(moment + 99, 9), 7));
            Array.ForEach([left, kept, waiting], engine.Add);
            for (var step = 0; step < moment; step++)
            {
                engine.Step();
            }

            left.Cancel(new CancellationToken(canceled: true));
            Finish(engine);

            Assert.True(left.Completion.IsCanceled);
            AssertIsAsIfAlone(kept);
            AssertIsAsIfAlone(waiting);
            Assert.Equal((0, 0, 0), (engine.ActiveCount, engine.BusySlots, engine.WaitingCount));
        }
    }

    [Fact]
    public async Task Step_PassThatFails_FailsItsSequencesAndGoesOn()
    {
        var fail = true;
        using var model = new HashModel { BeforePass = () => _ = fail ? throw new InvalidOperationException("no memory left") : 0 };
        using var engine = Engine(new GenerationOptions());
        var request = Requests.Create(model, [1, 2, 3]);
        var failing = Requests.Sequence(request);
        engine.Add(failing);
        Finish(engine);
        fail = false;

        var failure = await Assert.ThrowsAsync<GenerationFailedException>(() => failing.Completion);
        Assert.Equal("no memory left", failure.InnerException!.Message);
        Assert.Equal<GeneratedToken>(Requests.Expected(model, request), (await RunAsync(engine, request)).Tokens);
        Assert.Equal(0, engine.BusySlots);
    }

    [Fact]
    public async Task Step_DrawThatFails_FailsItsSequenceAlone()
    {
        using var model = new HashModel();
        using var engine = Engine(new GenerationOptions());
        var broken = Requests.Sequence(Requests.Create(model, [1, 2, 3], stop: []) with { StopRule = new BrokenRule() });
        var other = Requests.Sequence(Requests.Create(model, [4, 5, 6], stop: []));
        Array.ForEach([broken, other], engine.Add);
        Finish(engine);

        var failure = await Assert.ThrowsAsync<GenerationFailedException>(() => broken.Completion);
        Assert.Equal("no such token", failure.InnerException!.Message);
        AssertIsAsIfAlone(other);
        Assert.Equal(0, engine.BusySlots);
    }

    [Fact]
    public async Task Drop_WhileRequestsWait_FailsThemAndOpensNothing()
    {
        var model = new HashModel();
        using var engine = Engine(new GenerationOptions { MaxSequences = 1, CacheSlots = 1 });
        var sequences = Enumerable.Range(0, 3).Select(i => Requests.Sequence(Requests.Create(model, [1, 2, i], stop: []))).ToArray();
        Array.ForEach(sequences, engine.Add);
        engine.Step();

        engine.Drop(model);
        Finish(engine);

        foreach (var sequence in sequences)
        {
            var failure = await Assert.ThrowsAsync<GenerationFailedException>(() => sequence.Completion);
            Assert.Equal("The policy server is stopping; try again later.", failure.Message);
        }

        Assert.True(model.IsDisposed);
    }

    [Fact]
    public async Task Step_MoreVersionsThanStayOpen_ClosesTheIdleOnes()
    {
        HashModel[] models = [.. Enumerable.Range(1, 5).Select(i => new HashModel(seed: (ulong)i))];
        using (var engine = Engine(new GenerationOptions { MaxOpenVersions = 2 }))
        {
            foreach (var model in models)
            {
                var request = Requests.Create(model, [1, 2, 3]);
                Assert.Equal<GeneratedToken>(Requests.Expected(model, request), (await RunAsync(engine, request)).Tokens);
            }

            Assert.Equal([0, 0, 0, 1, 1], models.Select(model => model.OpenSessions));
        }

        Assert.All(models, model => Assert.Equal(0, model.OpenSessions));
    }

    private static Gen<GenerationOptions> Options() =>
        from sequences in Gen.Choose(1, 9)
        from spare in Gen.Choose(0, 6)
        from rows in Gen.Choose(1, 40)
        from versions in Gen.Choose(1, 3)
        select new GenerationOptions { MaxSequences = sequences, CacheSlots = sequences + spare, MaxBatchRows = rows, MaxOpenVersions = versions };

    private static void AssertIsAsIfAlone(Sequence sequence)
    {
        Assert.True(sequence.Completion.IsCompletedSuccessfully);
        var model = (HashModel)sequence.Request.Model;
        var result = sequence.Completion.GetAwaiter().GetResult();
        Assert.Equal<GeneratedToken>(Requests.Expected(model, sequence.Request), result.Tokens);
        Assert.Equal(model.HasCritic ? model.Value(sequence.Request.PromptTokenIds.AsSpan()) : null, result.Value);
    }

    private static GenerationEngine Engine(GenerationOptions options) => new(options, TimeProvider.System, new EngineStatistics());

    private static async Task<GenerationResult> RunAsync(GenerationEngine engine, GenerationRequest request)
    {
        var sequence = Requests.Sequence(request);
        engine.Add(sequence);
        Finish(engine);
        return await sequence.Completion;
    }

    private static void Finish(GenerationEngine engine)
    {
        for (var step = 0; engine.Step(); step++)
        {
            Assert.True(step < 10_000, "The engine does not come to an end.");
        }
    }

    private sealed class BrokenRule : IStopRule
    {
        public bool Accept(int token) => throw new InvalidOperationException("no such token");
    }
}
