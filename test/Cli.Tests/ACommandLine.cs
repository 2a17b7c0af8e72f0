namespace Berth.Host.Tests;

public sealed class ACommandLine
{
    [Theory]
    [InlineData("up")]
    [InlineData("up --detach --no-sample --instances 3 --port 9000 --data /tmp/x --account 123456789012")]
    [InlineData("--data /tmp/x down --tasks --erase")]
    [InlineData("reset --yes")]
    [InlineData("journal cluster/000000000000/us-east-1/default --type task.placed --since 12")]
    [InlineData("explain web --cluster C --most 5 --data /tmp/x")]
    [InlineData("plan web:3 --count 10 --cluster C")]
    [InlineData("events --follow --cluster C --type task --since 10m")]
    [InlineData("bench journal --quick")]
    [InlineData("simulate --seed 7 --minutes 0.5")]
    [InlineData("agent --cluster C --cpu 1024 --memory 2048 --availability-zone us-east-1b --attribute stack=prod --attribute gpu")]
    [InlineData("agent --attribute stack=prod gpu rack=a=b")]
    public void Takes(string line) => CommandLine.Commands().Parse(line).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("up --port 0", "--port must be from 1 to 65535.")]
    [InlineData("up --port 65536", "--port must be from 1 to 65535.")]
    [InlineData("up --instances 0", "--instances must be from 1 to 64.")]
    [InlineData("up --instances 65", "--instances must be from 1 to 64.")]
    [InlineData("up --account 12345678901x", "--account must be 12 digits.")]
    [InlineData("up --account 1234", "--account must be 12 digits.")]
    [InlineData("events --since 10", "'10' is no duration; 30s, 10m, 2h and 7d are.")]
    [InlineData("events --since 99999d", "'99999d' is no duration; 30s, 10m, 2h and 7d are.")]
    [InlineData("agent --cpu 0", "--cpu must be positive.")]
    [InlineData("agent --memory -5", "--memory must be positive.")]
    [InlineData("agent --attribute =prod", "'=prod' is not an attribute: NAME=VALUE or NAME is.")]
    [InlineData("agent --attribute a=1 --attribute a=2", "The attribute 'a' is given twice.")]
    public void Refuses(string line, string sentence) =>
        CommandLine.Commands().Parse(line).Errors.Select(error => error.Message).ShouldContain(sentence);

    [Theory]
    [InlineData("up --nonsense")]
    [InlineData("bench nonsense")]
    [InlineData("nonsense")]
    public void Refuses_what_it_does_not_know(string line) => CommandLine.Commands().Parse(line).Errors.ShouldNotBeEmpty();
}
