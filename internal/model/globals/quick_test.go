package globals
import "testing"
func TestQuick(t *testing.T){
 for _,c:=range [][2]string{{"os","system"},{"os","path.join"},{"pathlib","os.system"},{"builtins","dict"},{"builtins","getattr"},{"subprocess","Foo"},{"x.y","z"},{"collections","OrderedDict"},{"builtins","eval"},{"datetime","timedelta"},{"os","walk"}}{
  t.Log(c, Lookup(c[0],c[1]))
 }
}
