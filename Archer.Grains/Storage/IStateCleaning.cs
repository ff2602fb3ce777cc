namespace Archer.Grains.Storage;

/// <summary>Makes states that were overwritten leave the disk. Storage that overwrites in place has nothing to do.</summary>
public interface IStateCleaning
{
    /// <summary>When it returns, states that were overwritten or cleared before the call have left the disk.</summary>
    Task CleanAsync(CancellationToken cancellationToken);
}

/// <summary>For storage that overwrites in place.</summary>
internal sealed class NoStateCleaning : IStateCleaning
{
    public Task CleanAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
