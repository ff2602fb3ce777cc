using Archer.Tasks;
using Archer.Tasks.Simulation;

namespace Archer.Silo.Demo;

/// <summary>Simulated users that play with an agent as long as the process runs. Section <c>Archer:Demo</c>.</summary>
public sealed class DemoOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Archer:Demo";

    /// <summary>Users that play at the same time; 0 leaves the platform to live users. Default: 0; 16 in the demo, which runs as long as no agent is configured.</summary>
    public int Users { get; set; }

    /// <summary>The task that they play. Default: twenty-questions.</summary>
    public string Task { get; set; } = TaskCatalog.Default.Name;

    /// <summary>The agent that they play with. Default: twenty-questions.</summary>
    public string Agent { get; set; } = TaskCatalog.Default.Name;

    /// <summary>Game i's hidden item derives from this and i. Default: 0.</summary>
    public ulong Seed { get; set; }

    /// <summary>Games to play, counted over restarts; null plays for ever. Default: null.</summary>
    public long? Episodes { get; set; }

    /// <summary>Every problem with the settings, one sentence each.</summary>
    public IEnumerable<string> Problems() =>
        Users < 0 ? [$"Archer:Demo: Users is {Users}, expected 0 or more."] : Users == 0 ? [] : Simulation().Problems().Select(problem => $"Archer:Demo: {problem}");

    /// <summary>The games as a simulation that goes on where it was.</summary>
    internal SimulationOptions Simulation() =>
        new() { Task = Task, Agent = Agent, Users = Users, Seed = Seed, Episodes = Episodes, Run = "demo", Resume = true, ContinueOnError = true };
}
