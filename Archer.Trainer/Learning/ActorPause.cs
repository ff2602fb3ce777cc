namespace Archer.Trainer.Learning;

/// <summary>Why the actor took no step in an iteration.</summary>
public enum ActorPause
{
    /// <summary>Only the critic learns yet.</summary>
    Warmup,

    /// <summary>No fresh episode has a token that the actor may learn from.</summary>
    NoTokens,

    /// <summary>The advantages, or the returns of all episodes held, differ by less than <see cref="ActorOptions.AdvantageFloor"/>: a step would follow noise.</summary>
    NoSignal,
}
