namespace Berth.Agent.Tests;

public sealed class ACommand
{
    [Theory]
    [InlineData("sh", "sh")]
    [InlineData("  /bin/sh \t -c\n'echo  a'  ", "/bin/sh|-c|echo  a")]
    [InlineData("""a "b \"c\" \\ \$ \n" d\ e ''""", """a|b "c" \ $ \n|d e|""")]
    [InlineData("""it\'s x"y"'z' 'it'\''s'""", "it's|xyz|it's")]
    [InlineData("   ", null)]
    public void Is_taken_apart_as_a_shell_does(string command, string? words) =>
        CommandWords.Split(command).ShouldBe(words?.Split('|') ?? []);

    [Theory]
    [InlineData("echo 'a")]
    [InlineData("echo \"a")]
    [InlineData("echo \\")]
    public void With_an_open_end_is_none(string command) => Should.Throw<FormatException>(() => CommandWords.Split(command));
}
