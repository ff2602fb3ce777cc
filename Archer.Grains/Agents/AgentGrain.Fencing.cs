using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Policies;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents;

/// <content>Which trainer has a say: the one that started last.</content>
internal sealed partial class AgentGrain
{
    public async Task<TrainerEpoch> StartTrainerAsync(StartTrainer command)
    {
        _ = Definition;
        if (_serving.TrainerRun != command.Run && command.HeldEpoch is { } held && held < _serving.TrainerEpoch)
        {
            throw Superseded(held);
        }

        if (_serving.TrainerRun != command.Run || _serving.TrainerEpoch <= command.SeenEpoch)
        {
            var epoch = Math.Max(_serving.TrainerEpoch, command.SeenEpoch) + 1;
            await ChangeAsync(_serving with { TrainerEpoch = epoch, TrainerRun = command.Run });
            LogTrainerStarts(Name, command.Run, epoch);
        }

        return new TrainerEpoch { Epoch = _serving.TrainerEpoch, LastVersion = LastVersion() };
    }

    /// <exception cref="TrainerSupersededException">A later trainer has started.</exception>
    /// <exception cref="ConflictException">This agent never gave that epoch.</exception>
    private void RequireLatestTrainer(long epoch)
    {
        if (epoch < _serving.TrainerEpoch)
        {
            throw Superseded(epoch);
        }

        if (epoch > _serving.TrainerEpoch)
        {
            throw new ConflictException(
                $"Agent {Name} has given epochs up to {_serving.TrainerEpoch}, found epoch {epoch}. Ask for one: POST /v1/agents/{Name}/trainers.");
        }
    }

    /// <summary>A version's name stands for one content: only the trainer that announced it may announce it again.</summary>
    private void RequireSameTrainer(AnnounceVersion command)
    {
        if (_serving.Versions.FirstOrDefault(known => known.Version == command.Version) is { } known && known.Epoch != command.Epoch)
        {
            throw new ConflictException(
                $"Version {command.Version} of agent {Name} was announced by the trainer of epoch {known.Epoch}, and a name is never used again: "
                + "choose a later one.");
        }
    }

    private TrainerSupersededException Superseded(long epoch) => new(
        $"Agent {Name} has a later trainer: run {_serving.TrainerRun} with epoch {_serving.TrainerEpoch}, found epoch {epoch}. Nothing changed. "
        + "Stop this trainer, or start it anew to take over.");

    private string? LastVersion() => _serving.Versions
        .Select(known => (known.Version, IsNumbered: PolicyVersionName.TryParse(known.Version, out var number), Number: number))
        .Where(known => known.IsNumbered)
        .OrderByDescending(known => known.Number)
        .Select(known => known.Version)
        .FirstOrDefault();

    [LoggerMessage(Level = LogLevel.Information, Message = "Agent {Agent} has a new trainer: run {Run}, epoch {Epoch}; earlier ones are refused")]
    private partial void LogTrainerStarts(string agent, string run, long epoch);
}
