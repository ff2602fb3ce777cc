using Archer.Hosting.Settings;

namespace Archer.Hosting.Tests.Settings;

public sealed class CommandLineCheckTests
{
    /// <summary>A role's options.</summary>
    public sealed class Known
    {
        /// <summary>A setting.</summary>
        public int Threads { get; set; }
    }

    [Theory]
    [InlineData("--frehs", "Unknown option --frehs; did you mean --fresh?")]
    [InlineData("fresh", "Unknown option fresh; did you mean --fresh?")]
    [InlineData("-fresh", "Unknown option -fresh; did you mean --fresh?")]
    [InlineData("--fresh=true", "--fresh takes no value.")]
    [InlineData("--DataDirectory=x", "Unknown option --DataDirectory; did you mean --Archer:DataDirectory?")]
    [InlineData("Archer:DataDirectory", "Unknown option Archer:DataDirectory; did you mean --Archer:DataDirectory?")]
    [InlineData("--Archr:DataDirectory=x", "Unknown option --Archr:DataDirectory; did you mean --Archer:DataDirectory?")]
    [InlineData("--url=http://127.0.0.1:1", "Unknown option --url; did you mean --urls?")]
    [InlineData("--Zebra:Key=secret", "Unknown option --Zebra:Key.")]
    [InlineData("--urls", "--urls has no value.")]
    [InlineData("--Archer:StatusSeconds --fresh", "--Archer:StatusSeconds has no value.")]
    [InlineData("--frehs --urls http://127.0.0.1:1", "Unknown option --frehs; did you mean --fresh?")]
    [InlineData("--urls http://127.0.0.1:1 stray", "Unknown option stray.")]
    public void Run_WhatTheReaderWouldPassOver_IsASentence(string arguments, string problem) => Assert.Equal([problem], Run(arguments));

    [Theory]
    [InlineData("")]
    [InlineData("--fresh")]
    [InlineData("--fresh --urls http://127.0.0.1:5080")]
    [InlineData("--urls=http://127.0.0.1:5080;http://[::1]:5080 --Logging:LogLevel:Default=Debug --AllowedHosts *")]
    [InlineData("--Logging:Console:FormatterName json /Kestrel:Endpoints:Http:Url http://127.0.0.1:1 Archer:Redis=127.0.0.1:6379,password=a=b")]
    [InlineData("--Archer:Anything:At:All -3 --archer:keys:0 key --environment Production --http_ports 80 --POD_IP 10.0.0.1")]
    [InlineData("--shutdownTimeoutSeconds 60 --startupTimeoutSeconds 60 --servicesStartConcurrently true --servicesStopConcurrently true --staticWebAssets x.json")]
    public void Run_WhatSomebodyReads_Passes(string arguments) => Assert.Empty(Run(arguments));

    private static IReadOnlyList<string> Run(string arguments) => CommandLineCheck.Run(
        arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), RoleSettings.Of("Archer:Policy", typeof(Known)), ["--fresh"], ["POD_IP"]);
}
