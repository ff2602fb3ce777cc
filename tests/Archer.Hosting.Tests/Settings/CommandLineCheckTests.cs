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
    [InlineData("--frehs", "--frehs is no option; did you mean --fresh?")]
    [InlineData("fresh", "fresh is no option; did you mean --fresh?")]
    [InlineData("-fresh", "-fresh is no option; did you mean --fresh?")]
    [InlineData("--fresh=true", "--fresh takes no value.")]
    [InlineData("--DataDirectory=x", "--DataDirectory is no option; did you mean --Archer:DataDirectory?")]
    [InlineData("Archer:DataDirectory", "Archer:DataDirectory is no option; did you mean --Archer:DataDirectory?")]
    [InlineData("--Archr:DataDirectory=x", "--Archr:DataDirectory is no option; did you mean --Archer:DataDirectory?")]
    [InlineData("--url=http://127.0.0.1:1", "--url is no option; did you mean --urls?")]
    [InlineData("--Zebra:Key=secret", "--Zebra:Key is no option.")]
    [InlineData("--urls", "--urls has no value.")]
    [InlineData("--Archer:StatusSeconds --fresh", "--Archer:StatusSeconds has no value.")]
    [InlineData("--frehs --urls http://127.0.0.1:1", "--frehs is no option; did you mean --fresh?")]
    [InlineData("--urls http://127.0.0.1:1 stray", "stray is no option.")]
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
