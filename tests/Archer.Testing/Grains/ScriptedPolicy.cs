using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Archer.Client;
using Archer.Client.Policies;
using Archer.Grains.Policies;

namespace Archer.Testing.Grains;

/// <summary>A policy server that says what a test tells it to. Its ids follow from its texts, so that a test can compute them.</summary>
public sealed class ScriptedPolicy : IPolicyClient
{
    private readonly ConcurrentQueue<PolicyRequest> _requests = new();
    private readonly ConcurrentQueue<string> _loads = new();
    private int _failures;

    /// <summary>What it says; default names turn and version.</summary>
    public Func<PolicyRequest, string> Reply { get; set; } = request => $"Question {request.History.Length} of {request.Version}?";

    /// <summary>A reply waits for this; null answers at once.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Comes before a reply and after each piece of a streamed one; null goes on at once.</summary>
    public Func<CancellationToken, Task>? Pause { get; set; }

    /// <summary>Text that breaks a stream after this many pieces; null streams to the end.</summary>
    public int? BreakStreamAfter { get; set; }

    /// <summary>Versions that cannot be loaded.</summary>
    public ConcurrentDictionary<string, string> Refused { get; } = new();

    /// <summary>Versions whose files are there, and only they can be loaded; null tells nobody and loads any.</summary>
    public IReadOnlyCollection<string>? Available { get; set; }

    /// <summary>A version that is in memory, whether its files are there or not.</summary>
    public string? Resident { get; set; }

    /// <summary>Is told which version is about to be loaded; null is told nothing.</summary>
    public Action<string>? Loading { get; set; }

    /// <summary>Versions that are refused when they are to answer.</summary>
    public ConcurrentDictionary<string, string> Unanswering { get; } = new();

    /// <summary>Every request that was answered or failed, oldest first.</summary>
    public IReadOnlyList<PolicyRequest> Requests => [.. _requests];

    /// <summary>Every version that was loaded, as agent@version.</summary>
    public IReadOnlyList<string> Loads => [.. _loads];

    /// <summary>The next calls fail as if no server answered.</summary>
    public void FailNext(int calls = 1) => Interlocked.Exchange(ref _failures, calls);

    /// <summary>Ids that a user message appends.</summary>
    public static IEnumerable<int> PromptIds(string text) => [1, .. text.Select(character => (int)character), 2];

    /// <summary>Ids of an utterance.</summary>
    public static IEnumerable<int> UtteranceIds(string text) => [.. text.Select(character => (int)character), 3];

    /// <inheritdoc/>
    public async Task<PolicyAnswer> CompleteAsync(PolicyRequest request, CancellationToken cancellationToken)
    {
        _requests.Enqueue(request);
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        await (Pause?.Invoke(cancellationToken) ?? Task.CompletedTask);
        ThrowIfFailing();
        ThrowIfRefused(request);
        return Answer(request);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PolicyFragment> StreamAsync(PolicyRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _requests.Enqueue(request);
        ThrowIfFailing();
        ThrowIfRefused(request);
        var answer = Answer(request);
        var pieces = answer.Utterance.Text.Split(' ');
        for (var i = 0; i < pieces.Length; i++)
        {
            if (i == BreakStreamAfter)
            {
                throw new PolicyUnavailableException("The stream broke off.", TimeSpan.FromSeconds(2));
            }

            yield return new PolicyFragment(i == 0 ? pieces[i] : " " + pieces[i], null);
            if (Gate is { } gate)
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            await (Pause?.Invoke(cancellationToken) ?? Task.CompletedTask);
        }

        yield return new PolicyFragment(null, answer);
    }

    /// <inheritdoc/>
    public Task LoadAsync(string agent, string version, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        Loading?.Invoke(version);
        if (Refused.TryGetValue(version, out var reason))
        {
            throw new VersionRefusedException(reason);
        }

        if (Available?.Contains(version) == false && version != Resident)
        {
            throw new VersionRefusedException($"The model '{agent}@{version}' does not exist.") { IsMissing = true };
        }

        _loads.Enqueue($"{agent}@{version}");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListAsync(string agent, CancellationToken cancellationToken) => Available is { } available
        ? Task.FromResult(available.ToImmutableArray())
        : throw new PolicyUnavailableException("No policy server answered.", TimeSpan.FromSeconds(2));

    private PolicyAnswer Answer(PolicyRequest request)
    {
        var text = Reply(request);
        int[] ids = [.. UtteranceIds(text)];
        return new PolicyAnswer
        {
            PromptTokenIds = [.. PromptIds(request.UserText)],
            Utterance = new Utterance
            {
                Text = text,
                TokenIds = [.. ids],
                LogProbabilities = [.. ids.Select((_, index) => -0.25f * index)],
                PolicyVersion = request.Version,
                FinishReason = FinishReason.Stop,
                Value = -request.History.Length,
                Sampling = request.Sampling,
            },
        };
    }

    private void ThrowIfRefused(PolicyRequest request)
    {
        if (Unanswering.TryGetValue(request.Version, out var reason))
        {
            throw new VersionRefusedException(reason);
        }
    }

    private void ThrowIfFailing()
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new PolicyUnavailableException("No policy server answered.", TimeSpan.FromSeconds(2));
        }

        Interlocked.CompareExchange(ref _failures, 0, -1);
    }
}
