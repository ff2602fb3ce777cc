using Archer.Grains.Storage;

namespace Archer.Testing.Grains;

/// <summary>A clean-up of state that does what a test tells it to.</summary>
public sealed class ScriptedCleaning : IStateCleaning
{
    private int _cleanings;

    /// <summary>Clean-ups so far.</summary>
    public int Cleanings => _cleanings;

    /// <summary>Runs inside of each; may throw.</summary>
    public Action OnClean { get; set; } = () => { };

    /// <inheritdoc/>
    public Task CleanAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _cleanings);
        OnClean();
        return Task.CompletedTask;
    }
}
