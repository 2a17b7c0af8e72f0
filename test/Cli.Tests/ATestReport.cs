namespace Berth.Host.Tests;

public sealed class ATestReport : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Counts_what_passed_failed_and_was_not_run_and_says_why()
    {
        var report = Read(exitCode: 1,
            """
            <assemblies><assembly><collection>
              <test name="A.Works" result="Pass" /><test name="A.Works_too" result="Pass" />
              <test name="A.Breaks" result="Fail"><failure><message>2 is not 3</message></failure></test>
              <test name="A.Waits" result="Skip"><reason>needs
            root</reason></test>
            </collection></assembly></assemblies>
            """);
        using var output = new StringWriter();

        TestCommand.Conclude(report, output).ShouldBe(1);
        output.ToString().ShouldBe("not run: A.Waits: needs root\n2 passed, 1 failed\n");
        report.Failures.ShouldBe([("A.Breaks", "2 is not 3")]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("<assemblies>")]
    [InlineData("""<assemblies><assembly><collection><test name="A.Works" result="Pass" /></collection></assembly></assemblies>""")]
    public void Counts_a_run_that_crashed_as_a_failure(string? xml) => Read(exitCode: 139, xml).Failures.Count.ShouldBe(1);

    [Fact]
    public void Is_no_success_without_a_test()
    {
        using var output = new StringWriter();

        TestCommand.Conclude(Read(exitCode: 0, "<assemblies />"), output).ShouldBe(1);
        output.ToString().ShouldBe("0 passed, 0 failed\n");
    }

    [Fact]
    public void Counts_an_error_outside_a_test() =>
        Read(exitCode: 1, """<assemblies><assembly><errors><error name="cleanup"><failure><message>gone</message></failure></error></errors></assembly></assemblies>""")
            .Failures.ShouldBe([("cleanup", "gone")]);

    private TestReport Read(int exitCode, string? xml)
    {
        var path = directory.File("report.xml");
        if (xml is not null)
        {
            File.WriteAllText(path, xml);
        }

        return TestReport.Read("Berth.A.Tests", path, exitCode);
    }
}
