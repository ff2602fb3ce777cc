using Archer.Testing;

namespace Archer.Trainer.Tests.CommandLine;

/// <summary>Every command of the trainer answers bad input with a sentence and a code, and writes nothing.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("dance", "^Archer\\.Trainer: Unrecognized command or argument 'dance'\\.\n")]
    [InlineData("make-data", "^Archer\\.Trainer make-data: Option '--out' is required\\.\n")]
    [InlineData("make-data --games 0 --out {out}", "^Archer\\.Trainer make-data: --games is '0', expected a whole number from 1 to 100,000,000\\.\n")]
    [InlineData("make-data --task chess --out {out}", "^Archer\\.Trainer make-data: Argument 'chess' not recognized\\. Must be one of: 'twenty-questions'\n")]
    [InlineData("sft --data {data}", "^Archer\\.Trainer sft: Option '--out' is required\\.\n")]
    [InlineData("sft --data {data} --out {out} --steps none", "^Archer\\.Trainer sft: --steps is 'none', expected a whole number of at least 1\\.\n")]
    [InlineData("sft --data {data} --out {out} --rate NaN", "^Archer\\.Trainer sft: --rate is 'NaN', expected a number from 0 to 10\\.\n")]
    [InlineData("sft --data {data} --out {out} --vocabulary 259", "^Archer\\.Trainer sft: --vocabulary is '259', expected a whole number from 260 to 1,000,000\\.\n")]
    [InlineData("sft --data {data} --out {out} --name Dog", "^Archer\\.Trainer sft: --name is 'Dog', expected 1 to 64 lower-case letters, digits and hyphens\\. See Archer\\.Trainer sft --help\\.\n$")]
    [InlineData("sft --data {data} --out {out} --width 63", "Archer\\.Trainer sft: The model configuration is not usable: hidden_size 63 is not a multiple of num_attention_heads 4; head_dim 15 is not positive and even\\. See")]
    [InlineData("sft --data {data} --out {out}", "\nArcher\\.Trainer sft: 1 conversations leave none to learn from after 1 for validation\\. See")]
    [InlineData("train --ulr http://silo:5080", "^Archer\\.Trainer train: --ulr is neither an option nor a setting such as --Archer:Redis\\. See Archer\\.Trainer train --help\\.\n$")]
    [InlineData("run --url http://silo:5080", "^Archer\\.Trainer: Unrecognized command or argument 'run'\\.\n")]
    [InlineData("train --url silo", "^Archer\\.Trainer train: --url is 'silo', expected an address such as http://127\\.0\\.0\\.1:5080\\. See")]
    [InlineData("train --Archer:Trainer:Threads 0 --Archer:Trainer:PublishEvery=0", "^The trainer cannot start: 4 problem\\(s\\)\\.\n  Archer:Trainer: Agent is missing: name the agent that learns, or several with commas between\\.\n  Archer:Trainer: Threads is 0, expected a positive number\\.\n  Archer:Trainer: PublishEvery is 0.*\n  Archer: Redis is missing")]
    [InlineData("evaluate --episodes 0", "^Archer\\.Trainer evaluate: --episodes is '0', expected a whole number of at least 1\\.\n")]
    [InlineData("evaluate --run a/b", "^Archer\\.Trainer evaluate: The run is named 'a/b', expected 1 to 64 of the characters A-Z a-z 0-9 \\. _ - See")]
    [InlineData("evaluate --checkpoint base --url http://silo", "^Archer\\.Trainer evaluate: --checkpoint plays in this process, --url and --policy-version against a silo: give one of them\\. See")]
    [InlineData("export --out {out}", "^Archer\\.Trainer export: Say what to export: --checkpoint, or --agent with --policy-version\\. See")]
    [InlineData("export --checkpoint base --agent a --out {out}", "^Archer\\.Trainer export: --checkpoint and --agent with --policy-version exclude each other\\. See")]
    public Task Command_AskedWrongly_SaysSoWithCode2(string command, string expected) => IsRefusedAsync(command, 2, expected);

    [Theory]
    [InlineData("make-data --out {data}", "data\\.jsonl is there already: name another or remove it\\.\n$")]
    [InlineData("sft --data {data} --out {data}", "data\\.jsonl is there already: name another or remove it\\.\n$")]
    [InlineData("sft --data {out} --out {out}", "^Archer\\.Trainer sft: There is no file .*out\\.\n$")]
    [InlineData("sft --data {broken} --out {out}", "broken\\.jsonl, line 2: no message is the assistant's: there is nothing to imitate\\.\n$")]
    [InlineData("sft --data {data} --out {out} --base {out}", "Checkpoint file '.*out' was refused at the directory: expected a checkpoint directory, found none\\.")]
    [InlineData("evaluate --checkpoint {out}", "^Archer\\.Trainer evaluate: Checkpoint file '.*out' was refused at the directory: expected a checkpoint directory, found none\\.")]
    [InlineData("evaluate --url http://127.0.0.1:9 --episodes 1", "^Archer\\.Trainer evaluate: The silo at http://127\\.0\\.0\\.1:9/ gave no whole answer to .* Start a silo .* or give its address with --url or in ARCHER_URL\\.\n$")]
    [InlineData("export --checkpoint {out} --out {data}", "data\\.jsonl is there already: name another or remove it\\.\n$")]
    [InlineData("export --agent ../trick --out {out}", "^Archer\\.Trainer export: There is no agent '\\.\\./trick' in .*policies: name another with --agent, or the platform's data directory with --data\\.\n$")]
    public Task Command_ThatCannot_SaysWhyWithCode1(string command, string expected) => IsRefusedAsync(command, 1, expected);

    private static async Task IsRefusedAsync(string command, int code, string expected)
    {
        using var directory = new TemporaryDirectory();
        const string Line = """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""";
        await File.WriteAllTextAsync(directory["data.jsonl"], Line);
        await File.WriteAllTextAsync(directory["broken.jsonl"], Line + "\n" + """{"messages":[{"role":"user","content":"a"}]}""");

        var run = await TrainerRun.OfAsync(command
            .Replace("{data}", directory["data.jsonl"]).Replace("{broken}", directory["broken.jsonl"]).Replace("{out}", directory["out"]));

        Assert.Equal((code, ""), (run.Code, run.Output));
        Assert.Matches(expected, run.Messages);
        Assert.Equal(["broken.jsonl", "data.jsonl"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName).Order());
        Assert.Equal(Line, await File.ReadAllTextAsync(directory["data.jsonl"]));
    }
}
