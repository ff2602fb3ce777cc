using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Archer.Client.Policies;

namespace Archer.Policy.Generation;

/// <summary>A request in progress: how far each network has read, and what was said. Only the engine's thread touches it, but for cancelling.</summary>
internal sealed class Sequence(GenerationRequest request, long enqueuedAt)
{
    private readonly TaskCompletionSource<GenerationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _utterance = [];
    private readonly ImmutableArray<GeneratedToken>.Builder _generated = ImmutableArray.CreateBuilder<GeneratedToken>();
    private FinishReason? _finish;
    private float? _value;
    private int _cachedTokens;

    public GenerationRequest Request { get; } = request;

    public long EnqueuedAt { get; } = enqueuedAt;

    public Task<GenerationResult> Completion => _completion.Task;

    public CacheSlot? Slot { get; private set; }

    /// <summary>Ids that the decoder's cache holds.</summary>
    public int DecoderPosition { get; private set; }

    /// <summary>Ids that the critic's cache holds.</summary>
    public int CriticPosition { get; private set; }

    /// <summary>Over for the caller (cancelled or failed): the engine drops it at the next step.</summary>
    public bool IsAbandoned => _completion.Task.IsCompleted;

    public bool IsFinished => _finish is not null && CriticRemaining == 0;

    /// <summary>Ids that the decoder has yet to read before it can say the next one; 0 when the utterance is over.</summary>
    public int DecoderRemaining => _finish is null ? PromptLength + _utterance.Count - DecoderPosition : 0;

    public int CriticRemaining => WantsValue ? PromptLength - CriticPosition : 0;

    private bool WantsValue => Request.WantValue && Request.Model.HasCritic;

    private int PromptLength => Request.PromptTokenIds.Length;

    /// <summary>Most ids of the utterance: what was asked for, within what the model can still take.</summary>
    private int MaxTokens => Math.Min(Request.Sampling.MaxTokens, Request.Model.MaxPositions - PromptLength);

    public int TokenAt(int position) =>
        position < PromptLength ? Request.PromptTokenIds[position] : _utterance[position - PromptLength];

    public void Start(CacheSlot slot, int shared)
    {
        Slot = slot;
        // The last token of the prompt is always read again: its output is what the first token is drawn from.
        DecoderPosition = Math.Min(shared, PromptLength - 1);
        CriticPosition = Math.Min(Math.Min(shared, slot.CriticLength), PromptLength - 1);
        _cachedTokens = DecoderPosition;
        slot.Forget();
    }

    public void AdvanceDecoder(int tokens) => DecoderPosition += tokens;

    public void AdvanceCritic(int tokens) => CriticPosition += tokens;

    public void SetValue(float min) => _value = min;

    /// <summary>Draws the next token of the utterance from its logits.</summary>
    public void Accept(Sampler sampler, Span<float> logits)
    {
        Request.Mask.Apply(logits);
        var uniform = SamplingNoise.Uniform(Request.Sampling.Seed, _utterance.Count);
        var token = sampler.Sample(logits, Request.Sampling, uniform, Request.Alternatives);
        _utterance.Add(token.Id);
        _generated.Add(token);
        Request.Tokens?.TryWrite(token);
        if (Request.StopTokens.Contains(token.Id) || Request.StopRule?.Accept(token.Id) == true)
        {
            _finish = FinishReason.Stop;
        }
        else if (_utterance.Count >= MaxTokens)
        {
            _finish = FinishReason.Length;
        }
    }

    /// <summary>Hands over the utterance; null when it was cancelled meanwhile.</summary>
    public GenerationResult? Complete()
    {
        var result = new GenerationResult
        {
            Tokens = _generated.DrainToImmutable(),
            FinishReason = _finish!.Value,
            Value = _value,
            CachedTokens = _cachedTokens,
        };
        Request.Tokens?.TryComplete();
        return _completion.TrySetResult(result) ? result : null;
    }

    public void Fail(Exception exception)
    {
        Request.Tokens?.TryComplete(exception);
        _completion.TrySetException(exception);
    }

    /// <summary>May be called by any thread.</summary>
    public void Cancel(CancellationToken token)
    {
        Request.Tokens?.TryComplete(new OperationCanceledException(token));
        _completion.TrySetCanceled(token);
    }

    /// <summary>Tells the slot what its caches hold now, for the conversation's next turn.</summary>
    public void Leave()
    {
        var spoken = Math.Max(0, DecoderPosition - PromptLength);
        Slot!.Hold(
            Request.PromptTokenIds.AsSpan(0, Math.Min(DecoderPosition, PromptLength)),
            CollectionsMarshal.AsSpan(_utterance)[..spoken],
            CriticPosition);
    }
}
