namespace Archer.Policy.Generation;

/// <summary>What the engine has done since it started. Written by its thread; readers see each number whole, not all at one moment.</summary>
public sealed class EngineStatistics
{
    private readonly GenerationMetrics? metrics;
    private long requests;
    private long utteranceTokens;
    private long promptTokens;
    private long cachedTokens;
    private long steps;
    private long decoderRows;
    private long criticRows;
    private long decodeTicks;
    private long sampleTicks;
    private long criticTicks;

    internal EngineStatistics(GenerationMetrics? metrics = null) => this.metrics = metrics;

    /// <summary>Utterances finished.</summary>
    public long Requests => Volatile.Read(ref requests);

    /// <summary>Tokens of finished utterances.</summary>
    public long UtteranceTokens => Volatile.Read(ref utteranceTokens);

    /// <summary>Tokens of the prompts of finished utterances.</summary>
    public long PromptTokens => Volatile.Read(ref promptTokens);

    /// <summary>Prompt tokens that were not read again, because an earlier turn's cache held them.</summary>
    public long CachedTokens => Volatile.Read(ref cachedTokens);

    /// <summary>Passes of the decoder.</summary>
    public long Steps => Volatile.Read(ref steps);

    /// <summary>Rows of all passes of the decoder.</summary>
    public long DecoderRows => Volatile.Read(ref decoderRows);

    /// <summary>Rows of all passes of the critic.</summary>
    public long CriticRows => Volatile.Read(ref criticRows);

    /// <summary>Time in the decoder's passes.</summary>
    public TimeSpan DecodeTime => new(Volatile.Read(ref decodeTicks));

    /// <summary>Time drawing tokens.</summary>
    public TimeSpan SampleTime => new(Volatile.Read(ref sampleTicks));

    /// <summary>Time in the critic's passes.</summary>
    public TimeSpan CriticTime => new(Volatile.Read(ref criticTicks));

    internal void AddDecode(int rows, TimeSpan decode, TimeSpan sample)
    {
        Volatile.Write(ref steps, steps + 1);
        Volatile.Write(ref decoderRows, decoderRows + rows);
        Volatile.Write(ref decodeTicks, decodeTicks + decode.Ticks);
        Volatile.Write(ref sampleTicks, sampleTicks + sample.Ticks);
        metrics?.Batch(rows);
        metrics?.Time("decode", decode);
        metrics?.Time("sample", sample);
    }

    internal void AddCritic(int rows, TimeSpan critic)
    {
        Volatile.Write(ref criticRows, criticRows + rows);
        Volatile.Write(ref criticTicks, criticTicks + critic.Ticks);
        metrics?.Time("critic", critic);
    }

    internal void AddAdmission(TimeSpan waited) => metrics?.Queued(waited);

    internal void AddUtterance(int prompt, int cached, int utterance)
    {
        Volatile.Write(ref requests, requests + 1);
        Volatile.Write(ref promptTokens, promptTokens + prompt);
        Volatile.Write(ref cachedTokens, cachedTokens + cached);
        Volatile.Write(ref utteranceTokens, utteranceTokens + utterance);
        metrics?.Tokens(prompt, cached, utterance);
    }
}
