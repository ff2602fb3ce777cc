using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Policy.Serving.Local;
using Archer.Tasks.Simulation;
using Archer.Trainer.Evaluation;

namespace Archer.Trainer.Tests.CommandLine;

public sealed class EvaluateTests
{
    private static readonly string Base = Path.Combine(AppContext.BaseDirectory, "models", "twenty-questions-base");

    [Fact]
    public async Task Evaluate_Checkpoint_PrintsTheNumbersOfItsGames()
    {
        var run = await TrainerRun.OfAsync($"evaluate --checkpoint {Base} --episodes 64 --seed 3");

        Assert.Equal((0, ""), (run.Code, run.Messages));
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal("agent           twenty-questions, policy version v000000", lines[0]);
        Assert.Equal("games           64 (seed 3, 16 users, temperature 1, answer noise 0)", lines[1]);
        Assert.Matches(@"^mean return     -\d+\.\d\d ± \d\.\d\d \(95 %\)$", lines[2]);
        Assert.Equal(
            ["agent", "games", "mean return", "reference", "won", "questions", "guesses", "invalid", "held-out words", "speed"],
            lines.Select(line => line[..16].TrimEnd()));
    }

    [Fact]
    public async Task Evaluate_Json_IsOneLineOfNumbers()
    {
        var run = await TrainerRun.OfAsync($"evaluate --checkpoint {Base} --episodes 16 --temperature 0 --noise 0.05 --json");

        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal((0, 16), (run.Code, document.RootElement.GetProperty("episodes").GetInt32()));
        Assert.InRange(document.RootElement.GetProperty("mean_return").GetDouble(), -20, 0);
    }

    [Fact]
    public async Task Evaluate_SameSeed_PlaysTheSameGamesWhateverTheUsers()
    {
        var alone = await GamesAsync(users: 1, seed: 5);
        var together = await GamesAsync(users: 24, seed: 5);
        var others = await GamesAsync(users: 24, seed: 6);

        Assert.Equal(alone, together);
        Assert.NotEqual(alone, others);
    }

    private static async Task<string[]> GamesAsync(int users, ulong seed)
    {
        using var policy = LocalPolicy.Load(Base, TimeProvider.System);
        var games = new System.Collections.Concurrent.ConcurrentDictionary<long, string>();
        var options = new SimulationOptions { Users = users, Episodes = 48, Seed = seed, Sampling = new SamplingOverrides { Temperature = 1 } };
        var evaluation = new CheckpointEvaluation(policy, options, TimeProvider.System)
        {
            Played = game => games[game.Episode] = string.Join(" / ", game.Turns.Select(turn => turn.Text)),
        };
        var summary = await evaluation.RunAsync(CancellationToken.None);
        Assert.Equal((48, 48), (summary.Episodes, games.Count));
        return [.. games.OrderBy(game => game.Key).Select(game => game.Value)];
    }
}
