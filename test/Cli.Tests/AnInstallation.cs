using System.Diagnostics;

namespace Berth.Host.Tests;

public sealed class AnInstallation : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Remembers_what_it_was_started_with()
    {
        (directory.Installation with { Settings = new(Port: 9000, AccountId: "123456789012", Instances: 3) }).Save();

        directory.Installation.Settings.ShouldBe(new(9000, "123456789012", 3));
        directory.Installation.Endpoint.ShouldBe(new Uri("http://127.0.0.1:9000"));
    }

    [Fact]
    public void Takes_the_default_of_what_an_older_build_did_not_write()
    {
        File.WriteAllText(directory.File("settings.json"), """{"port":9000}""");

        directory.Installation.Settings.ShouldBe(new(Port: 9000));
    }

    [Fact]
    public void Says_which_file_is_damaged()
    {
        File.WriteAllText(directory.File("settings.json"), "{");

        Should.Throw<CommandException>(() => directory.Installation).Message.ShouldContain(directory.File("settings.json"));
    }

    [Fact]
    public async Task Points_a_shell_at_itself()
    {
        (directory.Installation with { Settings = new(Port: 9000) }).Save();
        using var output = new StringWriter();
        EnvCommand.Print(directory.Installation, output);

        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"{output}\nenv"])
        {
            RedirectStandardOutput = true,
            Environment = { ["AWS_SESSION_TOKEN"] = "somebody's", ["AWS_PROFILE"] = "work" },
        })!;
        var variables = (await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');

        variables.ShouldContain("AWS_ENDPOINT_URL=http://127.0.0.1:9000");
        variables.ShouldContain("AWS_DEFAULT_REGION=us-east-1");
        variables.ShouldContain("BERTH_REGISTRY=127.0.0.1:9000");
        variables.ShouldContain(line => line.StartsWith("AWS_ACCESS_KEY_ID=AKIA", StringComparison.Ordinal) && line.Length == "AWS_ACCESS_KEY_ID=".Length + 20);
        variables.ShouldContain(line => line.StartsWith("AWS_SECRET_ACCESS_KEY=", StringComparison.Ordinal) && line.Length == "AWS_SECRET_ACCESS_KEY=".Length + 40);
        variables.ShouldNotContain(line => line.StartsWith("AWS_SESSION_TOKEN", StringComparison.Ordinal) || line.StartsWith("AWS_PROFILE", StringComparison.Ordinal));
    }

    [Fact]
    public void Keeps_its_keys_to_its_owner()
    {
        directory.Installation.OpenCredentials();

        File.GetUnixFileMode(directory.Installation.CredentialsPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Shares_the_machine_evenly_among_zones()
    {
        var installation = directory.Installation with { Settings = new(Instances: 4) };

        var agents = Role.Of(installation, machine: (4096, 16_000)).Where(role => role.Name.StartsWith("agent-", StringComparison.Ordinal)).ToList();

        agents.Select(agent => Value(agent, "--name")).ShouldBe(["1", "2", "3", "4"]);
        agents.Select(agent => Value(agent, "--availability-zone")).ShouldBe(["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1a"]);
        agents.Select(agent => Value(agent, "--cpu")).Distinct().ShouldBe(["1024"]);
        agents.Select(agent => Value(agent, "--memory")).Distinct().ShouldBe(["4000"]);
    }

    [Fact]
    public void Starts_its_roles_with_commands_that_it_understands_itself()
    {
        var installation = directory.Installation with { Settings = new(Instances: 2) };

        foreach (var role in Role.Of(installation, machine: (4096, 16_000)))
        {
            CommandLine.Commands().Parse([.. role.Command.SkipWhile(part => part is not ("server" or "balancer" or "agent"))]).Errors.ShouldBeEmpty();
        }
    }

    private static string Value(Role role, string option) => role.Command.SkipWhile(part => part != option).ElementAt(1);
}
