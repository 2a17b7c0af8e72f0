namespace Berth.Agent.Tests;

public sealed class TheRoutersDirectory : IDisposable
{
    private const string Arn = "arn:aws:ecs:us-east-1:000000000000:task/test/0123456789abcdef0123456789abcdef";
    private readonly string folder = Directory.CreateTempSubdirectory("berth-fl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Has_a_socket_whose_path_the_system_takes()
    {
        var directory = new FirelensDirectory("/var/lib/berth");
        directory.Socket(Arn).ShouldMatch("^/var/lib/berth/firelens/[0-9a-f]{16}/socket/fluent.sock$");
        directory.Socket(Arn).ShouldNotBe(directory.Socket(Arn + "0"));

        var room = "/" + new string('d', 61);
        new FirelensDirectory(room).Obstacle.ShouldBeNull();
        new FirelensDirectory(room).Socket(Arn).Length.ShouldBe(107);
        Should.Throw<ResourceInitializationException>(() => new FirelensDirectory(room + "d").Write(Arn, "", null)).Message
            .ShouldBe("the path of a log router's socket would have 108 bytes, and the system takes 107: the agent needs a data directory with a shorter name");
    }

    [Fact]
    public void Is_open_to_every_router_and_closed_to_the_rest_of_the_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This needs Linux.");
        var directory = new FirelensDirectory(folder);

        directory.Write(Arn, "first", "included"u8.ToArray());
        File.WriteAllText(directory.Socket(Arn), "the router's");
        directory.Write(Arn, "second", null);

        File.ReadAllText(directory.ConfigFile(Arn)).ShouldBe("second");
        File.ReadAllText(directory.ExternalConfigFile(Arn)).ShouldBe("included");
        File.Exists(directory.Socket(Arn)).ShouldBeTrue();
        Directory.GetFiles(Path.GetDirectoryName(directory.ConfigFile(Arn))!).Length.ShouldBe(2);
        Mode(directory.SocketFolder(Arn)).ShouldBe("777");
        Mode(Path.GetDirectoryName(directory.SocketFolder(Arn))!).ShouldBe("700");
        Mode(directory.ConfigFile(Arn)).ShouldBe("644");

        directory.Remove(Arn).ShouldBeNull();
        Directory.GetFileSystemEntries(Path.Combine(folder, "firelens")).ShouldBeEmpty();
        directory.Remove(Arn).ShouldBeNull();
    }

    [Fact]
    public void Says_why_where_it_cannot_be_made()
    {
        File.WriteAllText(Path.Combine(folder, "firelens"), "in the way");

        Should.Throw<ResourceInitializationException>(() => new FirelensDirectory(folder).Write(Arn, "", null)).Message.ShouldStartWith($"unable to initialize resource directory {folder}/firelens/");
    }

    private static string Mode(string path) => OperatingSystem.IsLinux() ? Convert.ToString((int)File.GetUnixFileMode(path), 8) : "";
}
