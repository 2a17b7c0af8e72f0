using System.Text;
using Berth.Domain;

namespace Berth.Secrets.Tests;

public sealed class ValuesAtRest : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("berth-seal-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Outlive_a_restart_and_stand_in_no_file()
    {
        string kept;
        await using (var server = await World.StartAsync())
        {
            await server.CallAsync("CreateSecret", """{"Name":"db","SecretString":"swordfish-1"}""");
            await server.CallAsync("PutParameter", """{"Name":"/color","Value":"swordfish-2","Type":"String"}""");
            kept = await server.StopAsync();
        }

        foreach (var file in Directory.EnumerateFiles(kept))
        {
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).ShouldNotContain("swordfish", Case.Sensitive, file);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(World.KeyFile(kept)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var next = await World.StartAsync(kept);
        (await next.CallAsync("GetSecretValue", """{"SecretId":"db"}""")).Text("SecretString").ShouldBe("swordfish-1");
        (await next.CallAsync("GetParameter", """{"Name":"/color"}""")).GetProperty("Parameter").Text("Value").ShouldBe("swordfish-2");
    }

    [Theory]
    [InlineData(32, "holds key")]
    [InlineData(5, "is not a key")]
    [InlineData(-1, "holds key")]
    public async Task Are_said_to_be_encrypted_with_another_key_when_the_file_is_lost_or_wrong(int bytes, string told)
    {
        string kept;
        await using (var server = await World.StartAsync())
        {
            await server.CallAsync("CreateSecret", """{"Name":"db","SecretString":"swordfish"}""");
            await server.CallAsync("PutParameter", """{"Name":"/color","Value":"red","Type":"String"}""");
            kept = await server.StopAsync();
        }

        File.Delete(World.KeyFile(kept));
        if (bytes >= 0)
        {
            await File.WriteAllBytesAsync(World.KeyFile(kept), new byte[bytes], TestContext.Current.CancellationToken);
        }

        await using var next = await World.StartAsync(kept);
        var (code, message) = await next.RefusedAsync("GetSecretValue", """{"SecretId":"db"}""");
        code.ShouldBe("DecryptionFailure");
        message.ShouldContain(told);
        (await next.RefusedAsync("GetParameter", """{"Name":"/color"}""")).Code.ShouldBe("InvalidKeyId");
        (await next.CallAsync("DescribeSecret", """{"SecretId":"db"}""")).Text("Name").ShouldBe("db");
    }

    [Fact]
    public async Task Are_gone_with_the_account()
    {
        await using var server = await World.StartAsync();
        await server.CallAsync("CreateSecret", """{"Name":"db","SecretString":"x"}""");
        await server.CallAsync("PutParameter", """{"Name":"/color","Value":"red","Type":"String"}""");

        await server.ResetAsync();

        (await server.CallAsync("ListSecrets", "{}")).Texts("SecretList").ShouldBeEmpty();
        (await server.CallAsync("DescribeParameters", "{}")).Texts("Parameters").ShouldBeEmpty();
    }

    [Fact]
    public void Open_under_their_own_name_alone_and_only_as_they_were()
    {
        var seal = new ValueSeal(Path.Combine(directory, "key"));
        var value = seal.Seal("a", "swordfish"u8);

        seal.Open("a", value).ShouldBe("swordfish"u8.ToArray());
        Should.Throw<SealException>(() => seal.Open("b", value));
        Should.Throw<SealException>(() => seal.Open("a", value with { Box = value.Box[..^8] + "AAAAAAA=" }));
        Should.Throw<SealException>(() => seal.Open("a", value with { Box = "" }));
        Should.Throw<SealException>(() => new ValueSeal(Path.Combine(directory, "another")).Open("a", value));
    }

    [Fact]
    public void Are_recognised_by_their_mark_and_by_nothing_else()
    {
        var seal = new ValueSeal(Path.Combine(directory, "key"));
        SealedValue one = seal.Seal("a", "swordfish"u8), again = seal.Seal("a", "swordfish"u8);

        again.Mark.ShouldBe(one.Mark);
        again.Box.ShouldNotBe(one.Box);
        seal.Seal("a", "swordfisi"u8).Mark.ShouldNotBe(one.Mark);
        seal.Seal("b", "swordfish"u8).Mark.ShouldNotBe(one.Mark);
    }
}
