namespace Archer.Grains.Agents;

/// <summary>A silo, as agents see it: it is told at once when something else serves.</summary>
[Alias("archer.serving-observer")]
public interface IServingObserver : IGrainObserver
{
    /// <summary>From here on the silo decides by this.</summary>
    Task ServeAsync(AgentServing serving);
}
