using Archer.Client.Agents;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Agents;

/// <summary>The agents of this installation by name. Section <c>Archer</c>.</summary>
public sealed class AgentsOptions
{
    /// <summary>Configuration of each agent; its key becomes <see cref="AgentDefinition.Name"/>.</summary>
    public Dictionary<string, AgentDefinition> Agents { get; } = [];

    /// <summary>The definitions, named.</summary>
    public IEnumerable<AgentDefinition> Definitions => Agents.Select(agent => agent.Value with { Name = agent.Key });
}

/// <summary>Lists every problem of every agent.</summary>
public sealed class AgentsOptionsValidator(ITaskRules tasks) : IValidateOptions<AgentsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AgentsOptions options)
    {
        var problems = options.Definitions.SelectMany(agent => AgentRules.Validate(agent).Concat(ProblemsOfTask(agent))).Select(problem => $"Archer:Agents: {problem}.").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> ProblemsOfTask(AgentDefinition agent) => agent.Task is null || tasks.Names.Contains(agent.Task)
        ? []
        : [$"agent {agent.Name}: Task is \"{agent.Task}\", expected {(tasks.Names.Count == 0 ? "none" : string.Join(", ", tasks.Names))}"];
}
